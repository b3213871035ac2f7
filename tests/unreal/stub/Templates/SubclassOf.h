// Declarations for type-checking, not the engine's file. Module CoreUObject; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

template <typename T>
class TSubclassOf
{
public:
	TSubclassOf();
	TSubclassOf(UClass* Class);
	UClass* Get() const;
};
