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
	/** Only what differs from 0, as for emotions. */
	std::vector<cstalk::NamedValue> ToNative(const FCSTalkStyle& Style);
	cstalk::Settings ToNative(const FCSTalkPerformance& Performance, ECSTalkRig Rig);
}
