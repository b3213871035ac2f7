// Declarations for type-checking, not the engine's file. Module LevelSequence; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

class UMovieScene;

class ULevelSequence : public UObject
{
	CST_ENGINE_CLASS(ULevelSequence, UObject)
	virtual UMovieScene* GetMovieScene() const;
};
