// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

class UDataAsset : public UObject
{
	CST_ENGINE_CLASS(UDataAsset, UObject)
};
