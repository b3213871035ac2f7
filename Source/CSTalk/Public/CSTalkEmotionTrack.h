// Emotion over time, as curves that artists draw.
#pragma once

#include "CoreMinimal.h"
#include "CSTalkTypes.h"
#include "Curves/CurveFloat.h"
#include "Engine/DataAsset.h"
#include "CSTalkEmotionTrack.generated.h"

/** One curve an emotion, in seconds from the start of the sound; the same asset serves bakes and live speech. */
UCLASS(BlueprintType)
class CSTALK_API UCSTalkEmotionTrack : public UDataAsset
{
	GENERATED_BODY()

public:
	UPROPERTY(EditAnywhere, Category = "Emotion", meta = (XAxisName = "Seconds", YAxisName = "Weight"))
	FRuntimeFloatCurve Happy;
	UPROPERTY(EditAnywhere, Category = "Emotion", meta = (XAxisName = "Seconds", YAxisName = "Weight"))
	FRuntimeFloatCurve Sad;
	UPROPERTY(EditAnywhere, Category = "Emotion", meta = (XAxisName = "Seconds", YAxisName = "Weight"))
	FRuntimeFloatCurve Angry;
	UPROPERTY(EditAnywhere, Category = "Emotion", meta = (XAxisName = "Seconds", YAxisName = "Weight"))
	FRuntimeFloatCurve Surprised;
	UPROPERTY(EditAnywhere, Category = "Emotion", meta = (XAxisName = "Seconds", YAxisName = "Weight"))
	FRuntimeFloatCurve Fearful;
	UPROPERTY(EditAnywhere, Category = "Emotion", meta = (XAxisName = "Seconds", YAxisName = "Weight"))
	FRuntimeFloatCurve Disgusted;
	UPROPERTY(EditAnywhere, Category = "Emotion", meta = (XAxisName = "Seconds", YAxisName = "Weight"))
	FRuntimeFloatCurve Confident;
	UPROPERTY(EditAnywhere, Category = "Emotion", meta = (XAxisName = "Seconds", YAxisName = "Weight"))
	FRuntimeFloatCurve Excited;
	UPROPERTY(EditAnywhere, Category = "Emotion", meta = (XAxisName = "Seconds", YAxisName = "Weight"))
	FRuntimeFloatCurve Bored;
	UPROPERTY(EditAnywhere, Category = "Emotion", meta = (XAxisName = "Seconds", YAxisName = "Weight"))
	FRuntimeFloatCurve Playful;
	UPROPERTY(EditAnywhere, Category = "Emotion", meta = (XAxisName = "Seconds", YAxisName = "Weight"))
	FRuntimeFloatCurve Confused;

	/** The weights at a time. */
	UFUNCTION(BlueprintCallable, Category = "CSTalk")
	FCSTalkEmotion At(float Seconds) const;

	/** Sets a key on the curve of every emotion that is not resting or has keys already. */
	UFUNCTION(BlueprintCallable, Category = "CSTalk")
	void SetKeys(float Seconds, const FCSTalkEmotion& Emotion);

	/** Time of the last key of any curve; 0 without keys. */
	UFUNCTION(BlueprintCallable, Category = "CSTalk")
	float GetLastKeySeconds() const;

	/**
	 * Replaces all curves by those of an emotion curve (the text of `cstalk animate --emotion-curve`), with straight lines between
	 * its keys; two keys at one time make a step. Weights that add up to more than 1 are scaled down, as a face shows them.
	 * Source stands for the text in the log, which names what a track has no curve for: strengths, emotions of other models.
	 * False, with the reason in the log and the curves as they were, when the text is none.
	 */
	bool SetFromCsv(const FString& Source, const FString& Csv);

	/** The curves as the text that the library reads, one row every 1/25 s from 0 to the last key; empty without keys. */
	FString ToCsv() const;

private:
	/** Curve of the emotion at a place of FCSTalkEmotion::Names(). */
	FRuntimeFloatCurve& Curve(int32 EmotionIndex);
	const FRichCurve& Curve(int32 EmotionIndex) const;
};
