// Where a row of the face comes from: a live voice, or baked curves that play.
#pragma once

#include "CoreMinimal.h"
#include "CSTalkBakedAnimation.h"
#include "CSTalkNative.h"
#include "CSTalkTypes.h"
#include <atomic>

/** Gives the face of this moment. Sample is called by game and animation threads at the same time and never waits. */
class FCSTalkFace
{
public:
	virtual ~FCSTalkFace() = default;

	/** Writes a MetaHuman row; false (and Row untouched) when there is nothing to show. */
	virtual bool Sample(TArrayView<float> Row) const = 0;
};

/** What a voice needs besides its sound. */
struct FCSTalkVoiceRequest
{
	FString ModelPath;
	ECSTalkProvider Provider = ECSTalkProvider::Embedded;
	FCSTalkPerformance Performance;
	/** UCSTalkEmotionTrack::ToCsv; used instead of the emotion of the performance unless empty. */
	FString EmotionCsv;
};

/** A voice that hears a microphone or pushed sound. */
class FCSTalkVoiceFace final : public FCSTalkFace
{
public:
	/** Null with OutProblem on failure; game thread. */
	static TSharedPtr<FCSTalkVoiceFace, ESPMode::ThreadSafe> OpenMicrophone(const FCSTalkVoiceRequest& Request, const FString& DeviceName, FString& OutProblem);
	/** OutInput is the end to push into; it may go to an audio thread. */
	static TSharedPtr<FCSTalkVoiceFace, ESPMode::ThreadSafe> OpenPushed(const FCSTalkVoiceRequest& Request, int32 SampleRateHz, int32 ChannelCount,
		cstalk::AudioInput& OutInput, FString& OutProblem);

	virtual bool Sample(TArrayView<float> Row) const override;

	/** What the last Sample found. */
	cstalk::FaceState GetSampled() const { return Sampled.load(std::memory_order_relaxed); }

	const cstalk::Voice& GetVoice() const { return Voice; }

private:
	cstalk::Voice Voice;
	mutable std::atomic<cstalk::FaceState> Sampled{cstalk::FaceState::Waiting};
};

/** Baked curves at a time that the game thread sets. */
class FCSTalkBakedFace final : public FCSTalkFace
{
public:
	/** Copies what it needs, so that the asset may go away. */
	explicit FCSTalkBakedFace(const UCSTalkBakedAnimation& Baked);

	virtual bool Sample(TArrayView<float> Row) const override;

	void SetSeconds(float NewSeconds) { Seconds.store(NewSeconds, std::memory_order_relaxed); }
	float GetDurationSeconds() const { return DurationSeconds; }

private:
	struct FColumnCurve
	{
		int32 Column = INDEX_NONE;
		FSimpleCurve Keys;
	};

	TArray<FColumnCurve> Curves;
	float DurationSeconds = 0.0f;
	std::atomic<float> Seconds{0.0f};
};
