#include "CSTalkTypes.h"

DEFINE_LOG_CATEGORY(LogCSTalk);

namespace
{
	using FEmotionMember = float FCSTalkEmotion::*;

	/** In the order of FCSTalkEmotion::Names. */
	constexpr FEmotionMember EmotionMembers[] = {
		&FCSTalkEmotion::Happy, &FCSTalkEmotion::Sad, &FCSTalkEmotion::Angry, &FCSTalkEmotion::Surprised,
		&FCSTalkEmotion::Fearful, &FCSTalkEmotion::Disgusted, &FCSTalkEmotion::Confident, &FCSTalkEmotion::Excited,
		&FCSTalkEmotion::Bored, &FCSTalkEmotion::Playful, &FCSTalkEmotion::Confused};
}

TConstArrayView<FName> FCSTalkEmotion::Names()
{
	static const FName Emotions[] = {
		TEXT("happy"), TEXT("sad"), TEXT("angry"), TEXT("surprised"), TEXT("fearful"), TEXT("disgusted"),
		TEXT("confident"), TEXT("excited"), TEXT("bored"), TEXT("playful"), TEXT("confused")};
	static_assert(UE_ARRAY_COUNT(Emotions) == UE_ARRAY_COUNT(EmotionMembers), "each emotion has a name");
	return Emotions;
}

float FCSTalkEmotion::Get(int32 EmotionIndex) const
{
	return this->*EmotionMembers[EmotionIndex];
}

void FCSTalkEmotion::Set(int32 EmotionIndex, float Weight)
{
	this->*EmotionMembers[EmotionIndex] = Weight;
}

bool FCSTalkEmotion::operator==(const FCSTalkEmotion& Other) const
{
	for (const FEmotionMember Member : EmotionMembers)
	{
		if (this->*Member != Other.*Member)
		{
			return false;
		}
	}
	return true;
}

bool FCSTalkStrength::operator==(const FCSTalkStrength& Other) const
{
	return Brows == Other.Brows && Eyes == Other.Eyes && Cheeks == Other.Cheeks && Mouth == Other.Mouth
		&& Jaw == Other.Jaw && Neck == Other.Neck;
}

bool FCSTalkShown::operator==(const FCSTalkShown& Other) const
{
	return Brows == Other.Brows && Eyes == Other.Eyes && Cheeks == Other.Cheeks && Mouth == Other.Mouth
		&& Jaw == Other.Jaw && Neck == Other.Neck;
}

bool FCSTalkStyle::operator==(const FCSTalkStyle& Other) const
{
	return Articulation == Other.Articulation && Jaw == Other.Jaw && Rounding == Other.Rounding
		&& Smile == Other.Smile && Brows == Other.Brows && Asymmetry == Other.Asymmetry && Lids == Other.Lids
		&& Head == Other.Head;
}

float FCSTalkPartWeights::Get(ECSTalkPart Part) const
{
	switch (Part)
	{
	case ECSTalkPart::Brows: return Brows;
	case ECSTalkPart::Eyes: return Eyes;
	case ECSTalkPart::Cheeks: return Cheeks;
	case ECSTalkPart::Mouth: return Mouth;
	case ECSTalkPart::Jaw: return Jaw;
	case ECSTalkPart::Neck: return Neck;
	case ECSTalkPart::Head: return Head;
	default: return 0.0f;
	}
}
