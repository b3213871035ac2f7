// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "CoreTypes.h"
#include <type_traits>

enum class ESPMode : uint8 { NotThreadSafe, ThreadSafe };

template <typename T, ESPMode Mode = ESPMode::ThreadSafe> class TSharedRef;

template <typename T, ESPMode Mode = ESPMode::ThreadSafe>
class TSharedPtr
{
public:
	TSharedPtr();
	TSharedPtr(std::nullptr_t);
	template <typename U, typename = std::enable_if_t<std::is_convertible_v<U*, T*>>> TSharedPtr(const TSharedPtr<U, Mode>& Other);
	template <typename U, typename = std::enable_if_t<std::is_convertible_v<U*, T*>>> TSharedPtr(const TSharedRef<U, Mode>& Other);
	T* Get() const;
	T* operator->() const;
	std::add_lvalue_reference_t<T> operator*() const;
	bool IsValid() const;
	void Reset();
	TSharedRef<T, Mode> ToSharedRef() const;
};

template <typename T, ESPMode Mode>
class TSharedRef
{
public:
	template <typename U, typename = std::enable_if_t<std::is_convertible_v<U*, T*>>> TSharedRef(const TSharedRef<U, Mode>& Other);
	T& Get() const;
	T* operator->() const;
	T& operator*() const;
};

namespace ue_check
{
	template <typename T, ESPMode Mode> TSharedRef<T, Mode> Share();
}
template <typename T, ESPMode Mode = ESPMode::ThreadSafe, typename... Args>
TSharedRef<T, Mode> MakeShared(Args&&... Values)
{
	static_assert(std::is_constructible_v<T, Args...>, "MakeShared with values that make no such object");
	return ue_check::Share<T, Mode>();
}

template <typename T, ESPMode Mode = ESPMode::ThreadSafe>
class TSharedFromThis
{
public:
	TSharedRef<T, Mode> AsShared();
	TSharedRef<const T, Mode> AsShared() const;
};
