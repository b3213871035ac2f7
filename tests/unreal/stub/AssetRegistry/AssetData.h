// Declarations for type-checking, not the engine's file. Module CoreUObject; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

struct FAssetData
{
	UObject* GetAsset() const;
};
