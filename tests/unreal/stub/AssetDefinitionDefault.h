// Declarations for type-checking, not the engine's file. Module UnrealEd; facts in signatures.csv.
#pragma once

#include "AssetDefinition.h"

class UAssetDefinitionDefault : public UAssetDefinition
{
	CST_ENGINE_CLASS(UAssetDefinitionDefault, UAssetDefinition)
};
