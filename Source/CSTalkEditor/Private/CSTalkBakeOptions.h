// Choices of a bake, remembered from one to the next.
#pragma once

#include "CoreMinimal.h"
#include "CSTalkTypes.h"
#include "Engine/EngineTypes.h"
#include "Misc/FrameRate.h"
#include "UObject/SoftObjectPtr.h"
#include "CSTalkBakeOptions.generated.h"

class UCSTalkEmotionTrack;
class UCSTalkModelAsset;
class USkeleton;

/** Where the curves go. */
UENUM()
enum class ECSTalkBakeTarget : uint8
{
	AnimSequence UMETA(ToolTip = "An AnimSequence of curves on the face skeleton"),
	BakedAnimation UMETA(ToolTip = "A CSTalk baked animation, played by the component"),
	ControlBoard UMETA(ToolTip = "Keys on the face board's Control Rig in the open Level Sequence")
};

UCLASS(Config = EditorPerProjectUserSettings)
class UCSTalkBakeOptions : public UObject
{
	GENERATED_BODY()

public:
	UPROPERTY(Config, EditAnywhere, Category = "Target")
	ECSTalkBakeTarget Target = ECSTalkBakeTarget::AnimSequence;

	/** Skeleton of the face mesh, for AnimSequences: Face_Archetype_Skeleton for MetaHumans. */
	UPROPERTY(Config, EditAnywhere, Category = "Target", meta = (EditCondition = "Target == ECSTalkBakeTarget::AnimSequence"))
	TSoftObjectPtr<USkeleton> Skeleton;

	/** Folder of new assets; that of the sound when empty. */
	UPROPERTY(Config, EditAnywhere, Category = "Target", meta = (ContentDir))
	FDirectoryPath Folder;

	/** The model; that of the project settings when empty. "studio" looks further ahead and is meant for bakes. */
	UPROPERTY(Config, EditAnywhere, Category = "Performance")
	TSoftObjectPtr<UCSTalkModelAsset> Model;

	UPROPERTY(Config, EditAnywhere, Category = "Performance", meta = (ShowOnlyInnerProperties))
	FCSTalkPerformance Performance;

	/** Emotion over time; used instead of the emotion above unless empty. */
	UPROPERTY(Config, EditAnywhere, Category = "Performance")
	TSoftObjectPtr<UCSTalkEmotionTrack> EmotionTrack;

	/** Emotion over time of a preset, as the text of an emotion curve; used where there is no track. */
	UPROPERTY()
	FString EmotionCsv;

	UPROPERTY(Config, EditAnywhere, Category = "Curves")
	FFrameRate Rate = FFrameRate(30, 1);

	/** No curve differs from the model's by more than this; curves that stay within it of 0 are left out. 0 keeps every key. */
	UPROPERTY(Config, EditAnywhere, Category = "Curves", meta = (ClampMin = "0", ClampMax = "0.1"))
	float Tolerance = 0.002f;
};
