// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "CoreTypes.h"
#include <type_traits>

template <typename T> class TArray;

template <typename T>
class TArrayView
{
public:
	TArrayView();
	template <SIZE_T N> TArrayView(T (&Array)[N]);
	template <typename U, typename = std::enable_if_t<std::is_same_v<const U, const T>>> TArrayView(TArray<U>& Array);
	template <typename U, typename = std::enable_if_t<std::is_const_v<T> && std::is_same_v<const U, T>>> TArrayView(const TArray<U>& Array);
	T* GetData() const;
	int32 Num() const;
	bool IsEmpty() const;
	bool IsValidIndex(int32 Index) const;
	T& operator[](int32 Index) const;
	T* begin() const;
	T* end() const;
};
template <typename T> using TConstArrayView = TArrayView<const T>;
