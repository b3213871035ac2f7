#include "CSTalkEmotionTrack.h"

namespace
{
	using FCurveMember = FRuntimeFloatCurve UCSTalkEmotionTrack::*;

	/** In the order of FCSTalkEmotion::Names. */
	constexpr FCurveMember CurveMembers[] = {
		&UCSTalkEmotionTrack::Happy, &UCSTalkEmotionTrack::Sad, &UCSTalkEmotionTrack::Angry,
		&UCSTalkEmotionTrack::Surprised, &UCSTalkEmotionTrack::Fearful, &UCSTalkEmotionTrack::Disgusted,
		&UCSTalkEmotionTrack::Confident, &UCSTalkEmotionTrack::Excited, &UCSTalkEmotionTrack::Bored,
		&UCSTalkEmotionTrack::Playful, &UCSTalkEmotionTrack::Confused};

	/** Rows a second of the text form: drawn curves may bend between keys, the library's are straight. */
	constexpr float CsvRowsPerSecond = 25.0f;
}

FRuntimeFloatCurve& UCSTalkEmotionTrack::Curve(int32 EmotionIndex)
{
	return this->*CurveMembers[EmotionIndex];
}

const FRichCurve& UCSTalkEmotionTrack::Curve(int32 EmotionIndex) const
{
	return *(this->*CurveMembers[EmotionIndex]).GetRichCurveConst();
}

FCSTalkEmotion UCSTalkEmotionTrack::At(float Seconds) const
{
	FCSTalkEmotion Emotion;
	for (int32 EmotionIndex = 0; EmotionIndex < FCSTalkEmotion::Names().Num(); ++EmotionIndex)
	{
		Emotion.Set(EmotionIndex, FMath::Clamp(Curve(EmotionIndex).Eval(Seconds, 0.0f), 0.0f, 1.0f));
	}
	return Emotion;
}

void UCSTalkEmotionTrack::SetKeys(float Seconds, const FCSTalkEmotion& Emotion)
{
	for (int32 EmotionIndex = 0; EmotionIndex < FCSTalkEmotion::Names().Num(); ++EmotionIndex)
	{
		FRichCurve& Keys = *Curve(EmotionIndex).GetRichCurve();
		if (Keys.GetNumKeys() > 0 || Emotion.Get(EmotionIndex) > 0.0f)
		{
			Keys.UpdateOrAddKey(Seconds, Emotion.Get(EmotionIndex));
		}
	}
}

float UCSTalkEmotionTrack::GetLastKeySeconds() const
{
	float Last = 0.0f;
	for (int32 EmotionIndex = 0; EmotionIndex < FCSTalkEmotion::Names().Num(); ++EmotionIndex)
	{
		for (const FRichCurveKey& Key : Curve(EmotionIndex).GetConstRefOfKeys())
		{
			Last = FMath::Max(Last, Key.Time);
		}
	}
	return Last;
}

FString UCSTalkEmotionTrack::ToCsv() const
{
	const TConstArrayView<FName> Names = FCSTalkEmotion::Names();
	TArray<int32> Keyed;
	FString Text = TEXT("time_s");
	for (int32 EmotionIndex = 0; EmotionIndex < Names.Num(); ++EmotionIndex)
	{
		if (Curve(EmotionIndex).GetNumKeys() > 0)
		{
			Keyed.Add(EmotionIndex);
			Text += TEXT(",") + Names[EmotionIndex].ToString().ToLower();
		}
	}
	if (Keyed.IsEmpty())
	{
		return FString();
	}
	const int32 RowCount = FMath::CeilToInt32(GetLastKeySeconds() * CsvRowsPerSecond) + 1;
	for (int32 Row = 0; Row < RowCount; ++Row)
	{
		const float Seconds = static_cast<float>(Row) / CsvRowsPerSecond;
		const FCSTalkEmotion Emotion = At(Seconds);
		Text += FString::Printf(TEXT("\n%.2f"), Seconds);
		for (const int32 EmotionIndex : Keyed)
		{
			Text += FString::Printf(TEXT(",%.4f"), Emotion.Get(EmotionIndex));
		}
	}
	return Text;
}
