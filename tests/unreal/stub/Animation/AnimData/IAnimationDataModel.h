// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "Animation/AnimCurveTypes.h"
#include "Animation/AnimData/CurveIdentifier.h"

class IAnimationDataModel
{
public:
	virtual ~IAnimationDataModel();
	virtual const TArray<FFloatCurve>& GetFloatCurves() const = 0;
	virtual const FFloatCurve* FindFloatCurve(const FAnimationCurveIdentifier& CurveIdentifier) const = 0;
};
