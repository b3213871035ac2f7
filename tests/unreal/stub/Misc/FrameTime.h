// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "Misc/FrameNumber.h"

struct FFrameTime
{
	FFrameTime();
	FFrameTime(FFrameNumber InFrameNumber);
};
