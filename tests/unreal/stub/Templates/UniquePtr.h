// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include <cstddef>
#include <type_traits>

template <typename T>
class TUniquePtr
{
public:
	TUniquePtr();
	TUniquePtr(std::nullptr_t);
	TUniquePtr(const TUniquePtr&) = delete;
	TUniquePtr(TUniquePtr&& Other);
	TUniquePtr& operator=(const TUniquePtr&) = delete;
	TUniquePtr& operator=(TUniquePtr&& Other);
	T* Get() const;
	T* operator->() const;
	T& operator*() const;
	bool IsValid() const;
	void Reset();
};
template <typename T, typename... Args>
TUniquePtr<T> MakeUnique(Args&&...)
{
	static_assert(std::is_constructible_v<T, Args...>, "MakeUnique with values that make no such object");
	return nullptr;
}
