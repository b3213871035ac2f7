// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "Delegates/Delegate.h"

using FTickerDelegate = TDelegate<bool(float)>;

class FTSTicker
{
public:
	class FDelegateHandle
	{
	public:
		bool IsValid() const;
		void Reset();
	};
	static FTSTicker& GetCoreTicker();
	FDelegateHandle AddTicker(const FTickerDelegate& InDelegate, float InDelay = 0.0f);
	static void RemoveTicker(FDelegateHandle Handle);
};
