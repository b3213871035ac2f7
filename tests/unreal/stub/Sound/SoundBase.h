// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

class USoundBase : public UObject
{
	CST_ENGINE_CLASS(USoundBase, UObject)
};
