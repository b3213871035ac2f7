// Declarations for type-checking, not the engine's file. Module MovieScene; facts in signatures.csv.
#pragma once

#include "Misc/FrameRate.h"
#include "UObject/Object.h"

class UMovieScene : public UObject
{
	CST_ENGINE_CLASS(UMovieScene, UObject)
	FFrameRate GetDisplayRate() const;
};
