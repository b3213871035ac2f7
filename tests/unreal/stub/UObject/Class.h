// Declarations for type-checking, not the engine's file. Module CoreUObject; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

struct FTopLevelAssetPath
{
	FTopLevelAssetPath();
};
class UStruct : public UObject {};
class UScriptStruct : public UStruct {};
class UClass : public UStruct
{
public:
	FTopLevelAssetPath GetClassPathName() const;
};
class UEnum : public UObject
{
public:
	FText GetDisplayNameTextByValue(int64 InValue) const;
};
template <typename EnumType> UEnum* StaticEnum();
template <typename T> const T* GetDefault();
template <typename T> T* GetMutableDefault();
