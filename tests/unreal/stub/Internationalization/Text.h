// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "Containers/UnrealString.h"
#include "UObject/NameTypes.h"

class FText
{
public:
	FText();
	static FText FromString(const FString& Text);
	static FText FromName(const FName& Name);
	static const FText& GetEmpty();
	static FText AsNumber(float Value);
	static FText AsNumber(int32 Value);
	template <typename... Args>
	static FText Format(const FText& Pattern, Args... Values)
	{
		static_assert((std::is_same_v<Args, FText> && ...), "Format of a value that is no text");
		return Pattern;
	}
	FString ToString() const;
	bool IsEmpty() const;
};
