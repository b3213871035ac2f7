// Declarations for type-checking, not the engine's file. Module CoreUObject; facts in signatures.csv.
#pragma once

#include "CoreTypes.h"
#include <type_traits>

// A class, not T*: an alias would hide what the engine refuses.
template <typename T>
class TObjectPtr
{
public:
	TObjectPtr();
	TObjectPtr(std::nullptr_t);
	TObjectPtr(T* Object);
	template <typename U, typename = std::enable_if_t<std::is_convertible_v<U*, T*>>> TObjectPtr(const TObjectPtr<U>& Other);
	T* Get() const;
	operator T*() const;
	T* operator->() const;
	T& operator*() const;
};
