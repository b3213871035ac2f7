// From a whole sound to keys of curves: what the editor's bakes and the commandlet call.
#pragma once

#include "CoreMinimal.h"
#include "CSTalkTypes.h"
#include "Curves/RichCurve.h"
#include "Misc/FrameRate.h"

/** What to bake. Filled on the game thread; then any thread may bake. */
struct CSTALK_API FCSTalkBakeRequest
{
	/** Absolute path of the model, and what runs it. */
	FString ModelPath;
	ECSTalkProvider Provider = ECSTalkProvider::Embedded;
	ECSTalkRig Rig = ECSTalkRig::MetaHuman;
	FCSTalkPerformance Performance;
	/** UCSTalkEmotionTrack::ToCsv; used instead of the emotion of the performance unless empty. */
	FString EmotionCsv;
	/** Rows a second. */
	FFrameRate Rate = FFrameRate(30, 1);
	/** No curve differs from the model's by more than this at any row; curves that stay within it of 0 are left out. */
	float Tolerance = 0.002f;

	/** Interleaved 16-bit sound; or else a sound file (wav, flac, mp3, ogg, m4a). */
	TArray<int16> Samples;
	int32 SampleRateHz = 0;
	int32 ChannelCount = 0;
	FString SoundFile;
};

/** Keys of one curve, straight lines between them. */
struct CSTALK_API FCSTalkKeys
{
	FName Name;
	TArray<FRichCurveKey> Keys;
};

struct CSTALK_API FCSTalkBakeResult
{
	/** The curves that move. */
	TArray<FCSTalkKeys> Curves;
	/** How many stayed at 0 and were left out. */
	int32 PrunedCount = 0;
	/** Rows at the rate of the request, row 0 at the first sample. */
	int32 RowCount = 0;
	FFrameRate Rate = FFrameRate(30, 1);
	/** Keys of all curves, and what there would be without reduction. */
	int32 KeyCount = 0;
	int32 UnreducedKeyCount = 0;
};

namespace CSTalk
{
	/**
	 * Bakes; any thread. Told how much is done (0..1, negative when unknown), Progress returns false to cancel: then the
	 * result is false with an empty OutProblem. OutResult is filled only when true.
	 */
	CSTALK_API bool Bake(const FCSTalkBakeRequest& Request, TFunctionRef<bool(double)> Progress, FCSTalkBakeResult& OutResult, FString& OutProblem);
}
