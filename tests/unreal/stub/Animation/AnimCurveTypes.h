// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "Curves/RichCurve.h"

struct FBlendedCurve
{
	FBlendedCurve();
	void Set(FName InName, float InValue);
	float Get(FName InName) const;
	void Accumulate(const FBlendedCurve& AdditiveCurve, float Weight);
	void Combine(const FBlendedCurve& CurveToCombine);
};
struct FAnimCurveBase
{
	FName GetName() const;
};
struct FFloatCurve : FAnimCurveBase
{
	FRichCurve FloatCurve;
};
