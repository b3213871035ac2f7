// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "Misc/FrameTime.h"

struct FFrameRate
{
	int32 Numerator;
	int32 Denominator;
	FFrameRate();
	FFrameRate(uint32 InNumerator, uint32 InDenominator);
	double AsSeconds(FFrameTime FrameTime) const;
	FFrameNumber AsFrameNumber(double InTimeSeconds) const;
};
