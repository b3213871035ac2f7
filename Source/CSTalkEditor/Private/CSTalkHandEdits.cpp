#include "CSTalkHandEdits.h"

namespace
{
	/** Keys go through 32-bit floats unchanged; anything beyond this is a person's doing. */
	constexpr float SameKey = 1.0e-5f;

	bool IsSameTime(float One, float Other)
	{
		return FMath::IsNearlyEqual(One, Other, SameKey);
	}

	/** Walks two lists of keys in order of time and takes runs of differences as spans. */
	class FSpanFinder
	{
	public:
		void Change(float Seconds)
		{
			if (!bInRun)
			{
				Spans.AddDefaulted_GetRef().FromSeconds = Seconds;
				bInRun = true;
			}
			Spans[Spans.Num() - 1].ToSeconds = Seconds;
		}

		void Match() { bInRun = false; }

		TArray<FCSTalkEditedSpan> Spans;

	private:
		bool bInRun = false;
	};

	bool Holds(const FCSTalkEditedSpan& Span, float Seconds)
	{
		const bool bAfterStart = Seconds > Span.FromSeconds || IsSameTime(Seconds, Span.FromSeconds);
		const bool bBeforeEnd = Seconds < Span.ToSeconds || IsSameTime(Seconds, Span.ToSeconds);
		return bAfterStart && bBeforeEnd;
	}
}

bool CSTalkEditor::IsCovered(const TArray<FCSTalkEditedSpan>& Spans, const FCSTalkEditedSpan& Other)
{
	for (const FCSTalkEditedSpan& Span : Spans)
	{
		if (Holds(Span, Other.FromSeconds) && Holds(Span, Other.ToSeconds))
		{
			return true;
		}
	}
	return false;
}

TArray<FCSTalkEditedSpan> CSTalkEditor::FindEditedSpans(const TArray<FSimpleCurveKey>& Written, const TArray<FRichCurveKey>& Found)
{
	FSpanFinder Finder;
	int32 WrittenIndex = 0;
	int32 FoundIndex = 0;
	while (WrittenIndex < Written.Num() || FoundIndex < Found.Num())
	{
		const bool bWrittenLeft = WrittenIndex < Written.Num();
		const bool bFoundLeft = FoundIndex < Found.Num();
		if (bWrittenLeft && bFoundLeft && IsSameTime(Written[WrittenIndex].Time, Found[FoundIndex].Time))
		{
			const bool bSameValue = FMath::IsNearlyEqual(Written[WrittenIndex].Value, Found[FoundIndex].Value, SameKey);
			if (bSameValue && Found[FoundIndex].InterpMode == RCIM_Linear)
			{
				Finder.Match();
			}
			else
			{
				Finder.Change(Found[FoundIndex].Time);
			}
			++WrittenIndex;
			++FoundIndex;
		}
		else if (!bFoundLeft || (bWrittenLeft && Written[WrittenIndex].Time < Found[FoundIndex].Time))
		{
			Finder.Change(Written[WrittenIndex].Time);
			++WrittenIndex;
		}
		else
		{
			Finder.Change(Found[FoundIndex].Time);
			++FoundIndex;
		}
	}
	return Finder.Spans;
}

TArray<FRichCurveKey> CSTalkEditor::LayEdits(
	const TArray<FCSTalkEditedSpan>& Spans, const TArray<FRichCurveKey>& Found, const TArray<FRichCurveKey>& Baked)
{
	TArray<FRichCurveKey> Keys;
	int32 FoundIndex = 0;
	int32 BakedIndex = 0;
	while (FoundIndex < Found.Num() || BakedIndex < Baked.Num())
	{
		const bool bFoundNext = BakedIndex == Baked.Num() || (FoundIndex < Found.Num() && Found[FoundIndex].Time <= Baked[BakedIndex].Time);
		const FRichCurveKey& Key = bFoundNext ? Found[FoundIndex] : Baked[BakedIndex];
		++(bFoundNext ? FoundIndex : BakedIndex);
		if (IsCovered(Spans, {Key.Time, Key.Time}) == bFoundNext)
		{
			Keys.Add(Key);
		}
	}
	return Keys;
}
