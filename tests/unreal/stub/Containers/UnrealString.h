// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "Containers/Array.h"
#include "CoreTypes.h"
#include <type_traits>

namespace ue_check
{
	/** What a format string may be given: an FString without its star is the usual mistake. */
	template <typename T>
	inline constexpr bool IsFormatArgument = std::is_arithmetic_v<T> || std::is_pointer_v<T>;
}

class FString
{
public:
	FString();
	FString(const TCHAR* Text);
	const TCHAR* operator*() const;
	bool IsEmpty() const;
	void Reset(int32 NewReservedSize = 0);
	FString ToLower() const;
	FString Replace(const TCHAR* From, const TCHAR* To) const;
	bool Split(const FString& InS, FString* LeftS, FString* RightS) const;
	bool StartsWith(const FString& Prefix) const;
	bool RemoveFromEnd(const TCHAR* InSuffix);
	int32 ParseIntoArray(TArray<FString>& OutArray, const TCHAR* pchDelim, bool InCullEmpty = true) const;
	int32 ParseIntoArrayLines(TArray<FString>& OutArray, bool InCullEmpty = true) const;
	bool Contains(const FString& SubStr) const;
	FString& operator+=(const FString& Other);
	template <SIZE_T N, typename... Types>
	static FString Printf(const TCHAR (&Format)[N], Types... Values)
	{
		static_assert((ue_check::IsFormatArgument<Types> && ...), "Printf of a value that is neither number nor pointer: *Text");
		return FString();
	}
	static FString Join(const TArray<FString>& Parts, const TCHAR* Separator);
};
FString operator+(const FString& A, const FString& B);
FString operator+(const FString& A, const TCHAR* B);
FString operator+(const TCHAR* A, const FString& B);
FString operator/(const FString& A, const FString& B);
FString operator/(const FString& A, const TCHAR* B);
bool operator==(const FString& A, const FString& B);
bool operator!=(const FString& A, const FString& B);
bool operator==(const FString& A, const TCHAR* B);
bool operator<(const FString& A, const FString& B);
