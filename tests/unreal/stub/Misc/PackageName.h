// Declarations for type-checking, not the engine's file. Module CoreUObject; facts in signatures.csv.
#pragma once

#include "Containers/UnrealString.h"

class FPackageName
{
public:
	static FString GetLongPackagePath(const FString& InLongPackageName);
};
