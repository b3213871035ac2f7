// Declarations for type-checking, not the engine's file. Module LevelSequenceEditor; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

class ULevelSequence;

class ULevelSequenceEditorBlueprintLibrary : public UObject
{
	CST_ENGINE_CLASS(ULevelSequenceEditorBlueprintLibrary, UObject)
	static ULevelSequence* GetCurrentLevelSequence();
	static void RefreshCurrentLevelSequence();
};
