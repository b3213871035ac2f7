// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "CoreTypes.h"

struct FMath
{
	template <typename T> static constexpr T Max(T A, T B);
	template <typename T> static constexpr T Clamp(T X, T MinValue, T MaxValue);
	template <typename T, typename U> static constexpr T Lerp(const T& A, const T& B, const U& Alpha);
	static bool IsNearlyEqual(float A, float B, float ErrorTolerance = 1.e-8f);
	static bool IsNearlyEqual(double A, double B, double ErrorTolerance = 1.e-8);
	static int32 RoundToInt32(float F);
	static int32 CeilToInt32(float F);
	static float FInterpConstantTo(float Current, float Target, float DeltaTime, float InterpSpeed);
};
