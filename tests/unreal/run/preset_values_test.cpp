// Values of presets to the plugin's structs and back, run for real. Ends with 1 at the first fault.

#include "CSTalkText.h"

#include <cstdlib>
#include <random>

namespace
{
	std::mt19937 Random(1);

	float Roll(float Low, float High)
	{
		// Rest values are as likely as others: they are left out on the way.
		return Random() % 3 == 0 ? std::round(Low + High) / 2.0f : std::uniform_real_distribution<float>(Low, High)(Random);
	}

	void Demand(bool bHolds, const char* What)
	{
		if (!bHolds)
		{
			std::printf("does not hold: %s\n", What);
			std::exit(1);
		}
	}

	FCSTalkPerformance RandomPerformance()
	{
		FCSTalkPerformance Made;
		const int32 EmotionCount = FCSTalkEmotion::Names().Num();
		for (int32 EmotionIndex = 0; EmotionIndex < EmotionCount; ++EmotionIndex)
		{
			// Together at most 1: what adds up to more comes back scaled down.
			Made.Emotion.Set(EmotionIndex, Random() % 2 == 0 ? 0.0f : Roll(0.0f, 1.0f) / static_cast<float>(EmotionCount));
		}
		for (float* Value : {&Made.Strength.Brows, &Made.Strength.Eyes, &Made.Strength.Cheeks, &Made.Strength.Mouth, &Made.Strength.Jaw, &Made.Strength.Neck})
		{
			*Value = Roll(0.5f, 1.5f);
		}
		for (float* Value : {&Made.Shown.Brows, &Made.Shown.Eyes, &Made.Shown.Cheeks, &Made.Shown.Mouth, &Made.Shown.Jaw, &Made.Shown.Neck})
		{
			*Value = Roll(0.0f, 1.0f);
		}
		FCSTalkStyle& Style = Made.Style;
		for (float* Value : {&Style.Articulation, &Style.Jaw, &Style.Rounding, &Style.Smile, &Style.Brows, &Style.Asymmetry, &Style.Lids, &Style.Head})
		{
			*Value = Roll(-3.0f, 3.0f);
		}
		Made.HeadMotion = Roll(0.0f, 1.0f);
		Made.Blinks = Roll(0.0f, 1.0f);
		Made.Gaze = Roll(0.0f, 2.0f);
		Made.Seed = static_cast<int32>(Random() & 0x7fffffff);
		Made.SmoothingMs = Roll(0.0f, 1000.0f);
		return Made;
	}

	bool IsEqual(const FCSTalkPerformance& A, const FCSTalkPerformance& B)
	{
		return A.Emotion == B.Emotion && A.Strength == B.Strength && A.Shown == B.Shown && A.Style == B.Style && A.HeadMotion == B.HeadMotion && A.Blinks == B.Blinks
			&& A.Gaze == B.Gaze && A.Seed == B.Seed && A.SmoothingMs == B.SmoothingMs;
	}
}

int main()
{
	constexpr int RoundTripCount = 2000;
	for (int Trip = 0; Trip < RoundTripCount; ++Trip)
	{
		const FCSTalkPerformance Made = RandomPerformance();
		TArray<FString> LeftOut;
		Demand(IsEqual(CSTalk::FromNative(CSTalk::ToNative(Made, ECSTalkRig::MetaHuman), LeftOut), Made), "a performance comes back as it was");
		Demand(LeftOut.IsEmpty(), "nothing of a performance is left out");
	}

	TArray<FString> LeftOut;
	const FCSTalkEmotion Scaled = CSTalk::EmotionFrom({{"neutral", 0.5f}, {"happy", 1.5f}, {"sad", 0.5f}, {"glad", 0.0f}}, LeftOut);
	Demand(Scaled.Happy == 0.5f && Scaled.Sad == 0.25f && LeftOut.IsEmpty(), "weights are cut to 1 and scaled down to a sum of 1, neutral among them");
	const FCSTalkEmotion Known = CSTalk::EmotionFrom({{"glad", 0.5f}, {"happy", 0.5f}, {"glad", 0.25f}}, LeftOut);
	Demand(Known.Happy == 0.4f && LeftOut.Num() == 1 && LeftOut[0] == "glad", "an emotion of another model is named once");

	cstalk::Settings Named;
	Named.EmotionStrength = {{"brows", 0.1f}, {"eyes", 0.2f}, {"cheeks", 0.3f}, {"mouth", 0.4f}, {"jaw", 0.5f}, {"neck", 0.6f}};
	Named.PartWeights = {{"brows", 0.6f}, {"eyes", 0.5f}, {"cheeks", 0.4f}, {"mouth", 0.3f}, {"jaw", 0.2f}, {"neck", 0.1f}};
	Named.Style = {{"articulation", 0.1f}, {"jaw", 0.2f}, {"rounding", 0.3f}, {"smile", 0.4f}, {"brows", 0.5f}, {"asymmetry", 0.6f}, {"lids", 0.7f},
		{"head", 0.8f}};
	const FCSTalkPerformance Placed = CSTalk::FromNative(Named, LeftOut);
	Demand(Placed.Strength == FCSTalkStrength{0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f}, "each part of the face is where its name says");
	Demand(Placed.Shown == FCSTalkShown{0.6f, 0.5f, 0.4f, 0.3f, 0.2f, 0.1f}, "each part's weight is where its name says");
	Demand(Placed.Style == FCSTalkStyle{0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f}, "each style value is where its name says");

	cstalk::Settings Foreign;
	Foreign.Emotion = {{"glad", 0.5f}};
	Foreign.EmotionStrength = {{"jaw", 1.25f}, {"all", 0.5f}, {"ears", 1.0f}};
	Foreign.Style = {{"drawl", 1.0f}, {"lisp", 0.0f}, {"head", -1.0f}};
	Foreign.Seed = 0x80000000u;
	LeftOut = {};
	const FCSTalkPerformance Taken = CSTalk::FromNative(Foreign, LeftOut);
	Demand(Taken.Strength.Brows == 0.5f && Taken.Strength.Neck == 0.5f && Taken.Strength.Jaw == 1.25f, "\"all\" is every part that is not named");
	Demand(Taken.Style.Head == -1.0f && Taken.Seed == 0x7fffffff, "the rest is taken");
	Demand(LeftOut.Num() == 4, "what has no place is told, and a style at rest is not missed");
	for (const char* Name : {"\"glad\"", "\"ears\"", "\"drawl\"", "2147483648"})
	{
		int32 ToldCount = 0;
		for (const FString& Each : LeftOut)
		{
			ToldCount += Each.Contains(Name) ? 1 : 0;
		}
		Demand(ToldCount == 1, Name);
	}
	std::printf("%d performances there and back", RoundTripCount);
	return 0;
}
