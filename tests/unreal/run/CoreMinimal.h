// Just enough of the engine's containers, for real, to run plugin code that touches nothing else.
#pragma once

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <vector>

using int32 = std::int32_t;

struct FMath
{
	static bool IsNearlyEqual(float A, float B, float ErrorTolerance) { return std::fabs(A - B) <= ErrorTolerance; }
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
	T& AddDefaulted_GetRef() { return Inner.emplace_back(); }
	void Append(const TArray& Other) { Inner.insert(Inner.end(), Other.Inner.begin(), Other.Inner.end()); }
	T& operator[](int32 Index) { return Inner.at(static_cast<std::size_t>(Index)); }
	const T& operator[](int32 Index) const { return Inner.at(static_cast<std::size_t>(Index)); }
	auto begin() const { return Inner.begin(); }
	auto end() const { return Inner.end(); }

private:
	std::vector<T> Inner;
};
