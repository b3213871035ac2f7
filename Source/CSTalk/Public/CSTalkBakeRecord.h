// What a bake wrote into an animation, kept with it so that hand edits can be told from generated curves.
#pragma once

#include "CoreMinimal.h"
#include "CSTalkTypes.h"
#include "Curves/SimpleCurve.h"
#include "Engine/AssetUserData.h"
#include "Misc/FrameRate.h"
#include "CSTalkBakeRecord.generated.h"

class UCSTalkEmotionTrack;
class UCSTalkModelAsset;
class USoundWave;

/** A stretch of time in which keys differ from those that a bake made. */
USTRUCT()
struct CSTALK_API FCSTalkEditedSpan
{
	GENERATED_BODY()

	UPROPERTY(VisibleAnywhere, Category = "CSTalk")
	float FromSeconds = 0.0f;
	UPROPERTY(VisibleAnywhere, Category = "CSTalk")
	float ToSeconds = 0.0f;
};

/** A curve as the last bake left it. */
USTRUCT()
struct CSTALK_API FCSTalkRecordedCurve
{
	GENERATED_BODY()

	UPROPERTY(VisibleAnywhere, Category = "CSTalk")
	FName Name;
	/** What was written, hand edits included. */
	UPROPERTY()
	FSimpleCurve Keys;
	/** Where hand edits lie over what the bake made. */
	UPROPERTY(VisibleAnywhere, Category = "CSTalk")
	TArray<FCSTalkEditedSpan> EditedSpans;
};

/** Lies on a baked AnimSequence; left out of packaged games. */
UCLASS()
class CSTALK_API UCSTalkBakeRecord : public UAssetUserData
{
	GENERATED_BODY()

public:
	UPROPERTY(VisibleAnywhere, Category = "CSTalk")
	TSoftObjectPtr<USoundWave> Sound;
	/** Instead of Sound for bakes from a file on disk. */
	UPROPERTY(VisibleAnywhere, Category = "CSTalk")
	FString SoundFile;
	UPROPERTY(EditAnywhere, Category = "CSTalk")
	TSoftObjectPtr<UCSTalkModelAsset> Model;
	UPROPERTY(EditAnywhere, Category = "CSTalk")
	FCSTalkPerformance Performance;
	UPROPERTY(EditAnywhere, Category = "CSTalk")
	TSoftObjectPtr<UCSTalkEmotionTrack> EmotionTrack;
	/** Emotion over time of a preset, as the text of an emotion curve; used where there is no track. */
	UPROPERTY(VisibleAnywhere, Category = "CSTalk")
	FString EmotionCsv;
	UPROPERTY(VisibleAnywhere, Category = "CSTalk")
	ECSTalkRig Rig = ECSTalkRig::MetaHuman;
	UPROPERTY(EditAnywhere, Category = "CSTalk")
	FFrameRate Rate = FFrameRate(30, 1);
	/** No generated curve differs from the model's by more than this. */
	UPROPERTY(EditAnywhere, Category = "CSTalk", meta = (ClampMin = "0", ClampMax = "0.1"))
	float Tolerance = 0.002f;

	/** All curves that the last bake wrote, with the layer of hand edits on each. */
	UPROPERTY(VisibleAnywhere, Category = "CSTalk")
	TArray<FCSTalkRecordedCurve> Curves;

	virtual bool IsEditorOnly() const override { return true; }
};
