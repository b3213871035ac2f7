// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"
#include "UObject/SoftObjectPtr.h"

class UAssetUserData : public UObject
{
	CST_ENGINE_CLASS(UAssetUserData, UObject)
};
