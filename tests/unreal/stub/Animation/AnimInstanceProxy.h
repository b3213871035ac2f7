// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "CoreMinimal.h"

struct FAnimInstanceProxy
{
	int32 GetLODLevel() const;
};
