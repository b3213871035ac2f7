// Declarations for type-checking, not the engine's file. Module CoreUObject; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

struct FSoftObjectPath
{
	FSoftObjectPath();
	explicit FSoftObjectPath(const FString& Path);
	FString ToString() const;
};
template <typename T = UObject>
class TSoftObjectPtr
{
public:
	TSoftObjectPtr();
	TSoftObjectPtr(T* Object);
	explicit TSoftObjectPtr(const FSoftObjectPath& Path);
	T* LoadSynchronous() const;
	T* Get() const;
};
template <typename T = UObject>
class TSoftClassPtr
{
public:
	TSoftClassPtr();
	TSoftClassPtr(const UClass* Class);
};
