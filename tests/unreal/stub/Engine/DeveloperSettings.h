// Declarations for type-checking, not the engine's file. Module DeveloperSettings; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

class UDeveloperSettings : public UObject
{
	CST_ENGINE_CLASS(UDeveloperSettings, UObject)
	virtual FName GetCategoryName() const;
};
