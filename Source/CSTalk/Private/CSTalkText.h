// Between the engine's types and those of the native layer.
#pragma once

#include "CoreMinimal.h"
#include "CSTalkNative.h"
#include "CSTalkTypes.h"

namespace CSTalk
{
	FString FromUtf8(const std::string& Text);
	std::string ToUtf8(const FString& Text);

	cstalk::Rig ToNative(ECSTalkRig Rig);
	cstalk::Provider ToNative(ECSTalkProvider Provider);

	/** Only what differs from rest, so that a model need not know every emotion. */
	std::vector<cstalk::NamedValue> ToNative(const FCSTalkEmotion& Emotion);
	std::vector<cstalk::NamedValue> ToNative(const FCSTalkStrength& Strength);
	std::vector<cstalk::NamedValue> ToNative(const FCSTalkShown& Shown);
	/** Only what differs from 0, as for emotions. */
	std::vector<cstalk::NamedValue> ToNative(const FCSTalkStyle& Style);
	cstalk::Settings ToNative(const FCSTalkPerformance& Performance, ECSTalkRig Rig);

	/**
	 * Weights as a face shows them: cut to 1, and scaled down where they add up to more. "neutral" is what is missing to 1;
	 * OutUnknown gets the names of others that FCSTalkEmotion does not have, once each.
	 */
	FCSTalkEmotion EmotionFrom(const std::vector<cstalk::NamedValue>& Weights, TArray<FString>& OutUnknown);
	/** What the plugin has a place for; OutLeftOut gets a sentence on whatever it has none for. Emotion over time plays no part. */
	FCSTalkPerformance FromNative(const cstalk::Settings& Settings, TArray<FString>& OutLeftOut);
}
