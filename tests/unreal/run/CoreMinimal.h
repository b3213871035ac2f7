// Just enough of the engine's containers, for real, to run plugin code that touches nothing else.
#pragma once

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <string>
#include <vector>

using int32 = std::int32_t;
using uint8 = std::uint8_t;
using uint64 = unsigned long long;
using TCHAR = char;

#define TEXT(Text) Text
#define UTF8_TO_TCHAR(Text) Text
#define TCHAR_TO_UTF8(Text) Text
#define UE_ARRAY_COUNT(Array) (sizeof(Array) / sizeof((Array)[0]))
#define CSTALK_API
#define GENERATED_BODY()
#define UENUM(...)
#define UMETA(...)
#define UPROPERTY(...)
#define USTRUCT(...)
#define DECLARE_LOG_CATEGORY_EXTERN(...) static_assert(true)
#define DEFINE_LOG_CATEGORY(...) static_assert(true)

struct FMath
{
	static bool IsNearlyEqual(float A, float B, float ErrorTolerance) { return std::fabs(A - B) <= ErrorTolerance; }
	template <typename T> static T Max(T A, T B) { return std::max(A, B); }
	template <typename T> static T Clamp(T Value, T Low, T High) { return std::clamp(Value, Low, High); }
};

template <typename T>
class TArray
{
public:
	TArray() = default;
	TArray(std::initializer_list<T> Values) : Inner(Values) {}
	int32 Num() const { return static_cast<int32>(Inner.size()); }
	bool IsEmpty() const { return Inner.empty(); }
	void Add(const T& Value) { Inner.push_back(Value); }
	void AddUnique(const T& Value)
	{
		if (std::find(Inner.begin(), Inner.end(), Value) == Inner.end())
		{
			Inner.push_back(Value);
		}
	}
	T& AddDefaulted_GetRef() { return Inner.emplace_back(); }
	void Append(const TArray& Other) { Inner.insert(Inner.end(), Other.Inner.begin(), Other.Inner.end()); }
	T& operator[](int32 Index) { return Inner.at(static_cast<std::size_t>(Index)); }
	const T& operator[](int32 Index) const { return Inner.at(static_cast<std::size_t>(Index)); }
	auto begin() const { return Inner.begin(); }
	auto end() const { return Inner.end(); }

private:
	std::vector<T> Inner;
};

template <typename T>
class TConstArrayView
{
public:
	template <std::size_t Count> TConstArrayView(const T (&Array)[Count]) : First(Array), Last(Array + Count) {}
	int32 Num() const { return static_cast<int32>(Last - First); }
	const T& operator[](int32 Index) const { return First[Index]; }
	const T* begin() const { return First; }
	const T* end() const { return Last; }

private:
	const T* First;
	const T* Last;
};

class FString
{
public:
	FString() = default;
	FString(const char* Text) : Inner(Text) {}
	const char* operator*() const { return Inner.c_str(); }
	bool operator==(const FString& Other) const { return Inner == Other.Inner; }
	bool Contains(const FString& Part) const { return Inner.find(Part.Inner) != std::string::npos; }
	FString ToLower() const
	{
		FString Lower = *this;
		std::transform(Inner.begin(), Inner.end(), Lower.Inner.begin(), [](unsigned char Letter) { return static_cast<char>(std::tolower(Letter)); });
		return Lower;
	}
	template <typename... Types>
	static FString Printf(const char* Format, Types... Values)
	{
		char Text[1024];
		std::snprintf(Text, sizeof(Text), Format, Values...);
		return FString(Text);
	}

private:
	std::string Inner;
};

class FName
{
public:
	FName(const char* Name) : Inner(Name) {}
	FString ToString() const { return Inner; }

private:
	FString Inner;
};
