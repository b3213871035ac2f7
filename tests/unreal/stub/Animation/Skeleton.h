// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

class USkeleton : public UObject
{
	CST_ENGINE_CLASS(USkeleton, UObject)
};
