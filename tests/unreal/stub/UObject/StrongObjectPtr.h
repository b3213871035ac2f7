// Declarations for type-checking, not the engine's file. Module CoreUObject; facts in signatures.csv.
#pragma once

#include "UObject/ObjectPtr.h"

template <typename T>
class TStrongObjectPtr
{
public:
	TStrongObjectPtr();
	explicit TStrongObjectPtr(T* Object);
	T* Get() const;
	T* operator->() const;
	T& operator*() const;
};
