// Declarations for type-checking, not the engine's file. Module CoreUObject; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

class UPackage : public UObject
{
	CST_ENGINE_CLASS(UPackage, UObject)
};
UPackage* GetTransientPackage();
