// What a face shows and how: emotion, strength, style, and the weights of the face's parts.
#pragma once

#include "CoreMinimal.h"
#include "CSTalkTypes.generated.h"

CSTALK_API DECLARE_LOG_CATEGORY_EXTERN(LogCSTalk, Log, All);

/** Parts of the face that have a weight of their own, in the order of FCSTalkPartWeights. */
UENUM(BlueprintType, meta = (Bitflags))
enum class ECSTalkPart : uint8
{
	Brows,
	Eyes UMETA(ToolTip = "Lids, lashes and gaze"),
	Cheeks UMETA(ToolTip = "Cheeks, squint and nose"),
	Mouth UMETA(ToolTip = "Lips, corners, tongue and teeth"),
	Jaw,
	Neck,
	Head UMETA(ToolTip = "Head rotation and translation"),
	Count UMETA(Hidden)
};

/** What runs the model. */
UENUM(BlueprintType)
enum class ECSTalkProvider : uint8
{
	Embedded UMETA(ToolTip = "Built in; the same curves in tool, editor and game"),
	Cpu UMETA(DisplayName = "ONNX Runtime, CPU"),
	Cuda UMETA(DisplayName = "ONNX Runtime, CUDA"),
	TensorRt UMETA(DisplayName = "ONNX Runtime, TensorRT")
};

/** Which controls come out. */
UENUM(BlueprintType)
enum class ECSTalkRig : uint8
{
	MetaHuman UMETA(DisplayName = "MetaHuman curves", ToolTip = "251 CTRL_expressions_* curves"),
	Board UMETA(DisplayName = "Face board", ToolTip = "Channels of the face board, for the Control Rig in Sequencer"),
	Arkit UMETA(DisplayName = "ARKit", ToolTip = "52 ARKit shapes")
};

/** Weights of the emotions, 0 to 1; what is missing to 1 is neutral. */
USTRUCT(BlueprintType)
struct CSTALK_API FCSTalkEmotion
{
	GENERATED_BODY()

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Emotion", meta = (ClampMin = "0", ClampMax = "1"))
	float Happy = 0.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Emotion", meta = (ClampMin = "0", ClampMax = "1"))
	float Sad = 0.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Emotion", meta = (ClampMin = "0", ClampMax = "1"))
	float Angry = 0.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Emotion", meta = (ClampMin = "0", ClampMax = "1"))
	float Surprised = 0.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Emotion", meta = (ClampMin = "0", ClampMax = "1"))
	float Fearful = 0.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Emotion", meta = (ClampMin = "0", ClampMax = "1"))
	float Disgusted = 0.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Emotion", meta = (ClampMin = "0", ClampMax = "1"))
	float Confident = 0.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Emotion", meta = (ClampMin = "0", ClampMax = "1"))
	float Excited = 0.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Emotion", meta = (ClampMin = "0", ClampMax = "1"))
	float Bored = 0.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Emotion", meta = (ClampMin = "0", ClampMax = "1"))
	float Playful = 0.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Emotion", meta = (ClampMin = "0", ClampMax = "1"))
	float Confused = 0.0f;

	/** Names of the emotions as models know them, in the order of the properties. */
	static TConstArrayView<FName> Names();
	/** Weight of the emotion at a place of Names(). */
	float Get(int32 EmotionIndex) const;
	void Set(int32 EmotionIndex, float Weight);

	bool operator==(const FCSTalkEmotion& Other) const;
};

/** How strongly the emotion shows in each part of the face: 0 not at all, 1 as the model has it, up to 1.5. */
USTRUCT(BlueprintType)
struct CSTALK_API FCSTalkStrength
{
	GENERATED_BODY()

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Strength", meta = (ClampMin = "0", ClampMax = "1.5"))
	float Brows = 1.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Strength", meta = (ClampMin = "0", ClampMax = "1.5"))
	float Eyes = 1.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Strength", meta = (ClampMin = "0", ClampMax = "1.5"))
	float Cheeks = 1.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Strength", meta = (ClampMin = "0", ClampMax = "1.5"))
	float Mouth = 1.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Strength", meta = (ClampMin = "0", ClampMax = "1.5"))
	float Jaw = 1.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Strength", meta = (ClampMin = "0", ClampMax = "1.5"))
	float Neck = 1.0f;

	bool operator==(const FCSTalkStrength& Other) const;
};

/**
 * How much of each part's motion there is, speech included: 0 leaves it at rest, 1 shows it as performed. Bakes have it too;
 * what a node writes over the pose is FCSTalkPartWeights.
 */
USTRUCT(BlueprintType)
struct CSTALK_API FCSTalkShown
{
	GENERATED_BODY()

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Shown", meta = (ClampMin = "0", ClampMax = "1"))
	float Brows = 1.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Shown", meta = (ClampMin = "0", ClampMax = "1"))
	float Eyes = 1.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Shown", meta = (ClampMin = "0", ClampMax = "1"))
	float Cheeks = 1.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Shown", meta = (ClampMin = "0", ClampMax = "1"))
	float Mouth = 1.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Shown", meta = (ClampMin = "0", ClampMax = "1"))
	float Jaw = 1.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Shown", meta = (ClampMin = "0", ClampMax = "1"))
	float Neck = 1.0f;

	bool operator==(const FCSTalkShown& Other) const;
};

/** Manner of speaking, each -3 to 3 around 0. */
USTRUCT(BlueprintType)
struct CSTALK_API FCSTalkStyle
{
	GENERATED_BODY()

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Style", meta = (ClampMin = "-3", ClampMax = "3"))
	float Articulation = 0.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Style", meta = (ClampMin = "-3", ClampMax = "3"))
	float Jaw = 0.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Style", meta = (ClampMin = "-3", ClampMax = "3"))
	float Rounding = 0.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Style", meta = (ClampMin = "-3", ClampMax = "3"))
	float Smile = 0.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Style", meta = (ClampMin = "-3", ClampMax = "3"))
	float Brows = 0.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Style", meta = (ClampMin = "-3", ClampMax = "3"))
	float Asymmetry = 0.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Style", meta = (ClampMin = "-3", ClampMax = "3"))
	float Lids = 0.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "Style", meta = (ClampMin = "-3", ClampMax = "3"))
	float Head = 0.0f;

	bool operator==(const FCSTalkStyle& Other) const;
};

/** Everything that shapes a performance besides the sound; what a preset holds, but for emotion over time. */
USTRUCT(BlueprintType)
struct CSTALK_API FCSTalkPerformance
{
	GENERATED_BODY()

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Performance")
	FCSTalkEmotion Emotion;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Performance")
	FCSTalkStrength Strength;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Performance")
	FCSTalkShown Shown;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Performance")
	FCSTalkStyle Style;
	/** Head motion that goes with the speech, 0 (still) to 1. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Performance", meta = (ClampMin = "0", ClampMax = "1"))
	float HeadMotion = 0.5f;
	/** How far blinks shut the lids, 0 (no blinks) to 1 (they meet). */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Performance", meta = (ClampMin = "0", ClampMax = "1"))
	float Blinks = 1.0f;
	/** How far the gaze wanders by itself, 0 (it stays straight) to 2; 1 is usual. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Performance", meta = (ClampMin = "0", ClampMax = "2"))
	float Gaze = 1.0f;
	/** Of blinks, gaze and head motion: the same seed gives the same ones. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Performance", meta = (ClampMin = "0"))
	int32 Seed = 0;
	/** Time constant in ms for brows, lids, cheeks and mouth corners; lips are never smoothed. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Performance", meta = (ClampMin = "0", ClampMax = "1000"))
	float SmoothingMs = 15.0f;
};

/** Weight 0 to 1 with which each part of the face is written over (or added to) what the pose has already. */
USTRUCT(BlueprintType)
struct CSTALK_API FCSTalkPartWeights
{
	GENERATED_BODY()

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Weights", meta = (ClampMin = "0", ClampMax = "1"))
	float Brows = 1.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Weights", meta = (ClampMin = "0", ClampMax = "1"))
	float Eyes = 1.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Weights", meta = (ClampMin = "0", ClampMax = "1"))
	float Cheeks = 1.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Weights", meta = (ClampMin = "0", ClampMax = "1"))
	float Mouth = 1.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Weights", meta = (ClampMin = "0", ClampMax = "1"))
	float Jaw = 1.0f;
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Weights", meta = (ClampMin = "0", ClampMax = "1"))
	float Neck = 1.0f;
	/** 0 unless you raise it: a body animation usually owns the head. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Weights", meta = (ClampMin = "0", ClampMax = "1"))
	float Head = 0.0f;

	float Get(ECSTalkPart Part) const;
};
