// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "CoreTypes.h"

struct FMemory
{
	static void* Memcpy(void* Dest, const void* Src, SIZE_T Count);
};
