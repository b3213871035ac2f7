// Hand edits over re-bakes, run for real: thousands of random curves, edits and bakes. Ends with 1 at the first fault.

#include "CSTalkHandEdits.h"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>

namespace
{
	using FValues = std::map<int, float>;
	std::mt19937 Random(1);

	int Roll(int Below)
	{
		return static_cast<int>(Random() % static_cast<unsigned>(Below));
	}

	FValues RandomBake()
	{
		FValues Values;
		for (int Count = Roll(13); Count > 0; --Count)
		{
			Values[Roll(20)] = static_cast<float>(Roll(10));
		}
		return Values;
	}

	TArray<FRichCurveKey> ToKeys(const FValues& Values)
	{
		TArray<FRichCurveKey> Keys;
		for (const auto& [Time, Value] : Values)
		{
			Keys.Add({RCIM_Linear, static_cast<float>(Time), Value});
		}
		return Keys;
	}

	TArray<FSimpleCurveKey> ToWritten(const FValues& Values)
	{
		TArray<FSimpleCurveKey> Keys;
		for (const auto& [Time, Value] : Values)
		{
			Keys.Add({static_cast<float>(Time), Value});
		}
		return Keys;
	}

	void Demand(bool bHolds, const char* What)
	{
		if (!bHolds)
		{
			std::printf("does not hold: %s\n", What);
			std::exit(1);
		}
	}

	FValues FromKeys(const TArray<FRichCurveKey>& Keys)
	{
		FValues Values;
		float Last = -1.0f;
		for (const FRichCurveKey& Key : Keys)
		{
			Demand(Key.Time > Last, "keys are in order of time, each time once");
			Last = Key.Time;
			Values[static_cast<int>(Key.Time)] = Key.Value;
		}
		return Values;
	}

	bool IsEdited(const TArray<FCSTalkEditedSpan>& Spans, int Time)
	{
		return CSTalkEditor::IsCovered(Spans, {static_cast<float>(Time), static_cast<float>(Time)});
	}

	void TryOneAnimation()
	{
		FValues Written = RandomBake();
		TArray<FCSTalkEditedSpan> Spans;
		FValues Edits;
		for (int Round = 0; Round < 4; ++Round)
		{
			FValues Found = Written;
			for (int Count = Roll(3); Count > 0; --Count)
			{
				const int Time = Roll(20);
				Edits.erase(Time);
				if (Roll(10) < 3)
				{
					Found.erase(Time);
				}
				else
				{
					Edits[Time] = Found[Time] = static_cast<float>(Roll(10)) + 0.5f;
				}
			}
			Spans.Append(CSTalkEditor::FindEditedSpans(ToWritten(Written), ToKeys(Found)));
			const FValues Baked = RandomBake();
			const FValues Laid = FromKeys(CSTalkEditor::LayEdits(Spans, ToKeys(Found), ToKeys(Baked)));
			for (const auto& [Time, Value] : Edits)
			{
				Demand(Laid.count(Time) != 0 && Laid.at(Time) == Value, "an edit is never lost");
			}
			for (const auto& [Time, Value] : Baked)
			{
				Demand(IsEdited(Spans, Time) || (Laid.count(Time) != 0 && Laid.at(Time) == Value), "outside edits the bake is followed");
			}
			Demand(CSTalkEditor::FindEditedSpans(ToWritten(Laid), ToKeys(Laid)).IsEmpty(), "what was just written has no new edits");
			Demand(FromKeys(CSTalkEditor::LayEdits(Spans, ToKeys(Laid), ToKeys(Baked))) == Laid, "the same bake again changes nothing");
			Written = Laid;
		}
	}
}

int main()
{
	for (int Animation = 0; Animation < 20000; ++Animation)
	{
		TryOneAnimation();
	}
	TArray<FRichCurveKey> Curved = ToKeys({{0, 0.0f}, {1, 1.0f}});
	Curved[1].InterpMode = RCIM_Cubic;
	Demand(CSTalkEditor::FindEditedSpans(ToWritten({{0, 0.0f}, {1, 1.0f}}), Curved).Num() == 1, "another interpolation is an edit");
	std::printf("20000 animations of 4 bakes\n");
	return 0;
}
