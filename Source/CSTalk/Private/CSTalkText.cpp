#include "CSTalkText.h"

namespace
{
	void AddUnless(std::vector<cstalk::NamedValue>& Values, const char* Name, float Value, float Rest)
	{
		if (Value != Rest)
		{
			Values.push_back({Name, Value});
		}
	}
}

namespace CSTalk
{
	FString FromUtf8(const std::string& Text)
	{
		return FString(UTF8_TO_TCHAR(Text.c_str()));
	}

	std::string ToUtf8(const FString& Text)
	{
		return std::string(TCHAR_TO_UTF8(*Text));
	}

	cstalk::Rig ToNative(ECSTalkRig Rig)
	{
		switch (Rig)
		{
		case ECSTalkRig::Board: return cstalk::Rig::Board185;
		case ECSTalkRig::Arkit: return cstalk::Rig::Arkit52;
		default: return cstalk::Rig::MetaHuman251;
		}
	}

	cstalk::Provider ToNative(ECSTalkProvider Provider)
	{
		switch (Provider)
		{
		case ECSTalkProvider::Cpu: return cstalk::Provider::Cpu;
		case ECSTalkProvider::Cuda: return cstalk::Provider::Cuda;
		case ECSTalkProvider::TensorRt: return cstalk::Provider::TensorRt;
		default: return cstalk::Provider::Embedded;
		}
	}

	std::vector<cstalk::NamedValue> ToNative(const FCSTalkEmotion& Emotion)
	{
		std::vector<cstalk::NamedValue> Weights;
		const TConstArrayView<FName> Names = FCSTalkEmotion::Names();
		for (int32 EmotionIndex = 0; EmotionIndex < Names.Num(); ++EmotionIndex)
		{
			if (Emotion.Get(EmotionIndex) != 0.0f)
			{
				Weights.push_back({ToUtf8(Names[EmotionIndex].ToString().ToLower()), Emotion.Get(EmotionIndex)});
			}
		}
		return Weights;
	}

	std::vector<cstalk::NamedValue> ToNative(const FCSTalkStrength& Strength)
	{
		std::vector<cstalk::NamedValue> Values;
		AddUnless(Values, "brows", Strength.Brows, 1.0f);
		AddUnless(Values, "eyes", Strength.Eyes, 1.0f);
		AddUnless(Values, "cheeks", Strength.Cheeks, 1.0f);
		AddUnless(Values, "mouth", Strength.Mouth, 1.0f);
		AddUnless(Values, "jaw", Strength.Jaw, 1.0f);
		AddUnless(Values, "neck", Strength.Neck, 1.0f);
		return Values;
	}

	std::vector<cstalk::NamedValue> ToNative(const FCSTalkStyle& Style)
	{
		std::vector<cstalk::NamedValue> Values;
		AddUnless(Values, "articulation", Style.Articulation, 0.0f);
		AddUnless(Values, "jaw", Style.Jaw, 0.0f);
		AddUnless(Values, "rounding", Style.Rounding, 0.0f);
		AddUnless(Values, "smile", Style.Smile, 0.0f);
		AddUnless(Values, "brows", Style.Brows, 0.0f);
		AddUnless(Values, "asymmetry", Style.Asymmetry, 0.0f);
		AddUnless(Values, "lids", Style.Lids, 0.0f);
		AddUnless(Values, "head", Style.Head, 0.0f);
		return Values;
	}

	cstalk::Settings ToNative(const FCSTalkPerformance& Performance, ECSTalkRig Rig)
	{
		cstalk::Settings Settings;
		Settings.OutputRig = ToNative(Rig);
		Settings.Emotion = ToNative(Performance.Emotion);
		Settings.EmotionStrength = ToNative(Performance.Strength);
		Settings.Style = ToNative(Performance.Style);
		Settings.HeadMotion = Performance.HeadMotion;
		Settings.Blinks = Performance.Blinks;
		Settings.Gaze = Performance.Gaze;
		Settings.Seed = static_cast<std::uint64_t>(FMath::Max(Performance.Seed, 0));
		return Settings;
	}
}
