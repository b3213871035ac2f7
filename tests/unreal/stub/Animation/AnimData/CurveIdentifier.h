// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "CoreMinimal.h"

enum class ERawCurveTrackTypes : uint8 { RCT_Float, RCT_Vector, RCT_Transform, RCT_MAX };

struct FAnimationCurveIdentifier
{
	FAnimationCurveIdentifier();
	FAnimationCurveIdentifier(const FName& InCurveName, ERawCurveTrackTypes InCurveType);
};
