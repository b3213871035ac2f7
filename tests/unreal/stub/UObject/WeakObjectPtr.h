// Declarations for type-checking, not the engine's file. Module CoreUObject; facts in signatures.csv.
#pragma once

#include "UObject/ObjectPtr.h"

template <typename T>
class TWeakObjectPtr
{
public:
	TWeakObjectPtr();
	TWeakObjectPtr(std::nullptr_t);
	TWeakObjectPtr(T* Object);
	T* Get() const;
	T* operator->() const;
	bool IsValid() const;
	void Reset();
};
