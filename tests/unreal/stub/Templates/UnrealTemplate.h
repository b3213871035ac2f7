// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include <type_traits>
#include <utility>

// The engine refuses lvalues that are const and values that move already, as here.
template <typename T>
std::remove_reference_t<T>&& MoveTemp(T&& Value)
{
	static_assert(std::is_lvalue_reference_v<T>, "MoveTemp of what is no lvalue");
	static_assert(!std::is_const_v<std::remove_reference_t<T>>, "MoveTemp of a const value copies");
	return static_cast<std::remove_reference_t<T>&&>(Value);
}
