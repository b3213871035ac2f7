// Declarations for type-checking, not the engine's file. Module CoreUObject; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

template <typename T> T* NewObject(UObject* Outer = nullptr);
template <typename T> T* NewObject(UObject* Outer, FName Name, EObjectFlags Flags = RF_NoFlags);
template <typename T> T* NewObject(UObject* Outer, const UClass* Class, FName Name = NAME_None, EObjectFlags Flags = RF_NoFlags);
template <typename T> T* LoadObject(UObject* Outer, const TCHAR* Name, const TCHAR* Filename = nullptr, uint32 LoadFlags = LOAD_None);
