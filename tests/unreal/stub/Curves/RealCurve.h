// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "CoreMinimal.h"

struct FKeyHandle {};
enum ERichCurveInterpMode : int { RCIM_Linear, RCIM_Constant, RCIM_Cubic, RCIM_None };

struct FRealCurve
{
	virtual ~FRealCurve();
	virtual int32 GetNumKeys() const;
};
