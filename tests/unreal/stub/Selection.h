// Declarations for type-checking, not the engine's file. Module UnrealEd; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

class USelection : public UObject
{
	CST_ENGINE_CLASS(USelection, UObject)
	template <typename T> int32 GetSelectedObjects(TArray<T*>& OutSelectedObjects);
};
