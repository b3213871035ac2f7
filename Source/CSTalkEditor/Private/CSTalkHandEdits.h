// What a person changed on a baked curve, and how it lies over the next bake.
#pragma once

#include "CoreMinimal.h"
#include "CSTalkBakeRecord.h"
#include "Curves/RichCurve.h"
#include "Curves/SimpleCurve.h"

namespace CSTalkEditor
{
	/**
	 * The stretches in which a curve was edited since it was written: from the first to the last key of a run of keys that were added, moved,
	 * removed or given another value or interpolation. Keys that are as they were written part the runs.
	 */
	TArray<FCSTalkEditedSpan> FindEditedSpans(const TArray<FSimpleCurveKey>& Written, const TArray<FRichCurveKey>& Found);

	/** Whether one of the spans holds all of another. */
	bool IsCovered(const TArray<FCSTalkEditedSpan>& Spans, const FCSTalkEditedSpan& Other);

	/**
	 * The edits over a new bake: inside the spans the keys that were found, outside those of the new bake.
	 */
	TArray<FRichCurveKey> LayEdits(const TArray<FCSTalkEditedSpan>& Spans, const TArray<FRichCurveKey>& Found, const TArray<FRichCurveKey>& Baked);
}
