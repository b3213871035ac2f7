// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include <type_traits>

template <typename T>
class TAttribute
{
public:
	TAttribute();
	template <typename U, typename = std::enable_if_t<std::is_convertible_v<U, T>>> TAttribute(const U& Value);
};
