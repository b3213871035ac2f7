// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "Containers/UnrealString.h"

class FName
{
public:
	FName();
	FName(const TCHAR* Name);
	FName(const ANSICHAR* Name);
	FString ToString() const;
	bool operator==(const FName& Other) const;
	bool operator!=(const FName& Other) const;
};
inline const FName NAME_None;
