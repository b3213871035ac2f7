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

/** Keys as the bake wrote them. */
USTRUCT()
struct CSTALK_API FCSTalkRecordedCurve
{
	GENERATED_BODY()

	UPROPERTY()
	FName Name;
	UPROPERTY()
	FSimpleCurve Keys;
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
	UPROPERTY(VisibleAnywhere, Category = "CSTalk")
	ECSTalkRig Rig = ECSTalkRig::MetaHuman;
	UPROPERTY(EditAnywhere, Category = "CSTalk")
	FFrameRate Rate = FFrameRate(30, 1);
	/** No generated curve differs from the model's by more than this. */
	UPROPERTY(EditAnywhere, Category = "CSTalk", meta = (ClampMin = "0", ClampMax = "0.1"))
	float Tolerance = 0.002f;

	/** The generated layer: what the last bake made, before hand edits were laid over it. */
	UPROPERTY()
	TArray<FCSTalkRecordedCurve> Generated;

	/** The hand-edit layer, found by the last bake: these curves stand as you left them. */
	UPROPERTY(VisibleAnywhere, Category = "CSTalk")
	TArray<FName> EditedCurves;

	virtual bool IsEditorOnly() const override { return true; }
};
