// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "CoreTypes.h"

struct FFrameNumber
{
	int32 Value;
	FFrameNumber();
	FFrameNumber(int32 InValue);
	bool operator==(const FFrameNumber& Other) const;
	bool operator<(const FFrameNumber& Other) const;
};
