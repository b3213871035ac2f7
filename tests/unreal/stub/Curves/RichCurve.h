// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "Curves/RealCurve.h"

template <typename T>
class TEnumAsByte
{
public:
	TEnumAsByte(T Value);
	TEnumAsByte& operator=(T Value);
	operator T() const;
};
struct FRichCurveKey
{
	TEnumAsByte<ERichCurveInterpMode> InterpMode;
	float Time;
	float Value;
	FRichCurveKey();
	FRichCurveKey(float InTime, float InValue);
};
struct FRichCurve : FRealCurve
{
	const TArray<FRichCurveKey>& GetConstRefOfKeys() const;
	void SetKeys(const TArray<FRichCurveKey>& InKeys);
	FKeyHandle UpdateOrAddKey(float InTime, float InValue, bool bUnwindRotation = false, float KeyTimeTolerance = 1.e-4f);
	float Eval(float InTime, float InDefaultValue = 0.0f) const;
};
