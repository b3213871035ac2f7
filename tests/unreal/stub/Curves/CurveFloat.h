// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "Curves/RichCurve.h"

struct FRuntimeFloatCurve
{
	FRichCurve* GetRichCurve();
	const FRichCurve* GetRichCurveConst() const;
};
