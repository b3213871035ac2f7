// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "Animation/AnimCurveTypes.h"

namespace UE::Anim
{
	struct FCurveUtils
	{
		template <typename CurveType> static void BuildUnsorted(CurveType& OutCurve, const TMap<FName, float>& InMap);
		template <typename CurveType> static void BuildUnsorted(CurveType& OutCurve, TConstArrayView<TTuple<FName, float>> InPairs);
	};
}
