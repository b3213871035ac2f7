// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "Containers/ArrayView.h"
#include "CoreTypes.h"
#include <initializer_list>
#include <utility>

template <typename T>
class TArray
{
public:
	TArray();
	TArray(std::initializer_list<T> Values);
	int32 Num() const;
	bool IsEmpty() const;
	bool IsValidIndex(int32 Index) const;
	void Reset(int32 NewSize = 0);
	void Reserve(int32 Number);
	void SetNumZeroed(int32 NewNum);
	void SetNumUninitialized(int32 NewNum);
	int32 Add(const T& Item);
	int32 Add(T&& Item);
	T& Add_GetRef(const T& Item);
	T& AddDefaulted_GetRef();
	template <typename... Args> int32 Emplace(Args&&... Values)
	{
		static_assert(std::is_constructible_v<T, Args...>, "Emplace of values that make no element");
		return INDEX_NONE;
	}
	int32 AddUnique(const T& Item);
	void Append(const TArray& Items);
	void Append(const T* Items, int32 Count);
	T Pop();
	template <typename Predicate> int32 RemoveAll(const Predicate& Pred)
	{
		static_assert(std::is_invocable_r_v<bool, Predicate, const T&>, "RemoveAll with a predicate that takes something else");
		return 0;
	}
	bool Contains(const T& Item) const;
	void Sort();
	T* GetData();
	const T* GetData() const;
	T& operator[](int32 Index);
	const T& operator[](int32 Index) const;
	T* begin();
	T* end();
	const T* begin() const;
	const T* end() const;
};
