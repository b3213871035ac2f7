// Declarations for type-checking, not the engine's file. Module UnrealEd; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

class UEditorLoadingAndSavingUtils : public UObject
{
	CST_ENGINE_CLASS(UEditorLoadingAndSavingUtils, UObject)
	static bool SavePackages(const TArray<UPackage*>& PackagesToSave, bool bOnlyDirty);
};
