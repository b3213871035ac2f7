// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

class UBlueprintFunctionLibrary : public UObject
{
	CST_ENGINE_CLASS(UBlueprintFunctionLibrary, UObject)
};
