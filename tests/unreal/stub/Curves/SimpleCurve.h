// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "Curves/RealCurve.h"

struct FSimpleCurveKey
{
	float Time;
	float Value;
};
struct FSimpleCurve : FRealCurve
{
	const TArray<FSimpleCurveKey>& GetConstRefOfKeys() const;
	FKeyHandle AddKey(float InTime, float InValue, bool bUnwindRotation = false, FKeyHandle KeyHandle = FKeyHandle());
	float Eval(float InTime, float InDefaultValue = 0.0f) const;
};
