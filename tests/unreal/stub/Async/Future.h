// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "Misc/Timespan.h"

template <typename T>
class TFuture
{
public:
	TFuture();
	TFuture(TFuture&& Other);
	TFuture(const TFuture&) = delete;
	bool WaitFor(const FTimespan& Duration) const;
	T Get() const;
};
