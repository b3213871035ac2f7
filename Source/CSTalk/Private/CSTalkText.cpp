#include "CSTalkText.h"

namespace
{
	/** A value by the name that the library knows. */
	template <typename ValuesType>
	struct TNamedMember
	{
		const char* Name;
		float ValuesType::*Member;
	};

	constexpr TNamedMember<FCSTalkStrength> StrengthMembers[] = {
		{"brows", &FCSTalkStrength::Brows}, {"eyes", &FCSTalkStrength::Eyes}, {"cheeks", &FCSTalkStrength::Cheeks},
		{"mouth", &FCSTalkStrength::Mouth}, {"jaw", &FCSTalkStrength::Jaw}, {"neck", &FCSTalkStrength::Neck}};
	static_assert(sizeof(FCSTalkStrength) == UE_ARRAY_COUNT(StrengthMembers) * sizeof(float), "each part has a name");

	constexpr TNamedMember<FCSTalkShown> ShownMembers[] = {
		{"brows", &FCSTalkShown::Brows}, {"eyes", &FCSTalkShown::Eyes}, {"cheeks", &FCSTalkShown::Cheeks},
		{"mouth", &FCSTalkShown::Mouth}, {"jaw", &FCSTalkShown::Jaw}, {"neck", &FCSTalkShown::Neck}};
	static_assert(sizeof(FCSTalkShown) == UE_ARRAY_COUNT(ShownMembers) * sizeof(float), "each part has a name");

	constexpr TNamedMember<FCSTalkStyle> StyleMembers[] = {
		{"articulation", &FCSTalkStyle::Articulation}, {"jaw", &FCSTalkStyle::Jaw}, {"rounding", &FCSTalkStyle::Rounding},
		{"smile", &FCSTalkStyle::Smile}, {"brows", &FCSTalkStyle::Brows}, {"asymmetry", &FCSTalkStyle::Asymmetry},
		{"lids", &FCSTalkStyle::Lids}, {"head", &FCSTalkStyle::Head}};
	static_assert(sizeof(FCSTalkStyle) == UE_ARRAY_COUNT(StyleMembers) * sizeof(float), "each style value has a name");

	/** Stands for every part that is not named. */
	constexpr const char* AllParts = "all";
	/** The emotion that is what the others leave. */
	constexpr const char* RestingEmotion = "neutral";
	/** Largest seed that FCSTalkPerformance holds. */
	constexpr int32 MaxSeed = 0x7fffffff;

	template <typename ValuesType, std::size_t Count>
	std::vector<cstalk::NamedValue> ListUnless(float Rest, const ValuesType& Values, const TNamedMember<ValuesType> (&Members)[Count])
	{
		std::vector<cstalk::NamedValue> List;
		for (const TNamedMember<ValuesType>& Each : Members)
		{
			if (Values.*Each.Member != Rest)
			{
				List.push_back({Each.Name, Values.*Each.Member});
			}
		}
		return List;
	}

	/** Sets the values that are named; false when there is none of that name. */
	template <typename ValuesType, std::size_t Count>
	bool Set(ValuesType& Values, const cstalk::NamedValue& To, const TNamedMember<ValuesType> (&Members)[Count])
	{
		for (const TNamedMember<ValuesType>& Each : Members)
		{
			if (To.Name == Each.Name)
			{
				Values.*Each.Member = To.Value;
				return true;
			}
		}
		return false;
	}

	/** As models know them, in the order of FCSTalkEmotion::Names. */
	const std::vector<std::string>& EmotionNames()
	{
		static const std::vector<std::string> Known = []()
		{
			std::vector<std::string> Names;
			for (const FName& Name : FCSTalkEmotion::Names())
			{
				Names.push_back(CSTalk::ToUtf8(Name.ToString().ToLower()));
			}
			return Names;
		}();
		return Known;
	}

	FString Sentence(const TCHAR* Kind, const FString& Name)
	{
		return FString::Printf(TEXT("the plugin knows no %s \"%s\"; left out"), Kind, *Name);
	}

	template <typename ValuesType, std::size_t Count>
	ValuesType PartsFrom(const std::vector<cstalk::NamedValue>& ByPart, const TNamedMember<ValuesType> (&Members)[Count], TArray<FString>& OutLeftOut)
	{
		ValuesType Values;
		for (const cstalk::NamedValue& Each : ByPart)
		{
			if (Each.Name == AllParts)
			{
				for (const TNamedMember<ValuesType>& Part : Members)
				{
					Values.*Part.Member = Each.Value;
				}
			}
		}
		for (const cstalk::NamedValue& Each : ByPart)
		{
			if (Each.Name != AllParts && !Set(Values, Each, Members))
			{
				OutLeftOut.Add(Sentence(TEXT("part of the face"), CSTalk::FromUtf8(Each.Name)));
			}
		}
		return Values;
	}

	FCSTalkStyle StyleFrom(const std::vector<cstalk::NamedValue>& Values, TArray<FString>& OutLeftOut)
	{
		FCSTalkStyle Style;
		for (const cstalk::NamedValue& Each : Values)
		{
			if (!Set(Style, Each, StyleMembers) && Each.Value != 0.0f)
			{
				OutLeftOut.Add(Sentence(TEXT("style value"), CSTalk::FromUtf8(Each.Name)));
			}
		}
		return Style;
	}

	int32 SeedFrom(std::uint64_t Seed, TArray<FString>& OutLeftOut)
	{
		if (Seed <= static_cast<std::uint64_t>(MaxSeed))
		{
			return static_cast<int32>(Seed);
		}
		OutLeftOut.Add(FString::Printf(TEXT("seed: wanted 0 to %d, got %llu; %d is used, so blinks, gaze and head motion are others"), MaxSeed,
			static_cast<uint64>(Seed), MaxSeed));
		return MaxSeed;
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
		for (int32 EmotionIndex = 0; EmotionIndex < FCSTalkEmotion::Names().Num(); ++EmotionIndex)
		{
			if (Emotion.Get(EmotionIndex) != 0.0f)
			{
				Weights.push_back({EmotionNames()[static_cast<std::size_t>(EmotionIndex)], Emotion.Get(EmotionIndex)});
			}
		}
		return Weights;
	}

	std::vector<cstalk::NamedValue> ToNative(const FCSTalkStrength& Strength)
	{
		return ListUnless(1.0f, Strength, StrengthMembers);
	}

	std::vector<cstalk::NamedValue> ToNative(const FCSTalkShown& Shown)
	{
		return ListUnless(1.0f, Shown, ShownMembers);
	}

	std::vector<cstalk::NamedValue> ToNative(const FCSTalkStyle& Style)
	{
		return ListUnless(0.0f, Style, StyleMembers);
	}

	cstalk::Settings ToNative(const FCSTalkPerformance& Performance, ECSTalkRig Rig)
	{
		cstalk::Settings Settings;
		Settings.OutputRig = ToNative(Rig);
		Settings.Emotion = ToNative(Performance.Emotion);
		Settings.EmotionStrength = ToNative(Performance.Strength);
		Settings.PartWeights = ToNative(Performance.Shown);
		Settings.Style = ToNative(Performance.Style);
		Settings.HeadMotion = Performance.HeadMotion;
		Settings.Blinks = Performance.Blinks;
		Settings.Gaze = Performance.Gaze;
		Settings.Seed = static_cast<std::uint64_t>(FMath::Max(Performance.Seed, 0));
		Settings.SmoothingMs = Performance.SmoothingMs;
		return Settings;
	}

	FCSTalkEmotion EmotionFrom(const std::vector<cstalk::NamedValue>& Weights, TArray<FString>& OutUnknown)
	{
		const int32 EmotionCount = FCSTalkEmotion::Names().Num();
		FCSTalkEmotion Emotion;
		float Sum = 0.0f;
		for (const cstalk::NamedValue& Each : Weights)
		{
			const float Weight = FMath::Clamp(Each.Value, 0.0f, 1.0f);
			Sum += Weight;
			bool bKnown = Each.Name == RestingEmotion || Weight == 0.0f;
			for (int32 EmotionIndex = 0; EmotionIndex < EmotionCount; ++EmotionIndex)
			{
				if (EmotionNames()[static_cast<std::size_t>(EmotionIndex)] == Each.Name)
				{
					Emotion.Set(EmotionIndex, Weight);
					bKnown = true;
				}
			}
			if (!bKnown)
			{
				OutUnknown.AddUnique(FromUtf8(Each.Name));
			}
		}
		for (int32 EmotionIndex = 0; Sum > 1.0f && EmotionIndex < EmotionCount; ++EmotionIndex)
		{
			Emotion.Set(EmotionIndex, Emotion.Get(EmotionIndex) / Sum);
		}
		return Emotion;
	}

	FCSTalkPerformance FromNative(const cstalk::Settings& Settings, TArray<FString>& OutLeftOut)
	{
		FCSTalkPerformance Performance;
		TArray<FString> UnknownEmotions;
		Performance.Emotion = EmotionFrom(Settings.Emotion, UnknownEmotions);
		for (const FString& Name : UnknownEmotions)
		{
			OutLeftOut.Add(Sentence(TEXT("emotion"), Name));
		}
		Performance.Strength = PartsFrom(Settings.EmotionStrength, StrengthMembers, OutLeftOut);
		Performance.Shown = PartsFrom(Settings.PartWeights, ShownMembers, OutLeftOut);
		Performance.Style = StyleFrom(Settings.Style, OutLeftOut);
		Performance.HeadMotion = Settings.HeadMotion;
		Performance.Blinks = Settings.Blinks;
		Performance.Gaze = Settings.Gaze;
		Performance.Seed = SeedFrom(Settings.Seed, OutLeftOut);
		Performance.SmoothingMs = Settings.SmoothingMs;
		return Performance;
	}
}
