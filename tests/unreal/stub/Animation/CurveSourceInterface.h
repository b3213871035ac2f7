// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "CoreMinimal.h"

struct FNamedCurveValue
{
	FName Name;
	float Value;
};
class ICurveSourceInterface
{
public:
	virtual ~ICurveSourceInterface();
	virtual FName GetBindingName_Implementation() const;
	virtual float GetCurveValue_Implementation(FName CurveName) const;
	virtual void GetCurves_Implementation(TArray<FNamedCurveValue>& OutValues) const;
};
