// Declarations for type-checking, not the engine's file. Module CoreUObject; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"
#include <type_traits>

template <typename To, typename From>
std::conditional_t<std::is_const_v<From>, const To, To>* Cast(From*)
{
	static_assert(std::is_base_of_v<UObject, To>, "Cast to what is no object");
	static_assert(std::is_base_of_v<UObject, From>, "Cast of what is no object, or of a class that is only declared");
	return nullptr;
}
template <typename To, typename From> To* Cast(const TObjectPtr<From>& Object);
