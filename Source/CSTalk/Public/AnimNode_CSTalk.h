// Writes the face of the actor's CSTalk component into the pose's curves.
#pragma once

#include "CoreMinimal.h"
#include "Animation/AnimNodeBase.h"
#include "CSTalkTypes.h"
#include "UObject/WeakObjectPtr.h"
#include "AnimNode_CSTalk.generated.h"

class UCSTalkComponent;

/** How curves meet those that the pose has already. */
UENUM(BlueprintType)
enum class ECSTalkBlend : uint8
{
	Override UMETA(ToolTip = "By weight between the pose's value and ours"),
	Additive UMETA(ToolTip = "Ours, by weight, on top of the pose's value")
};

/**
 * Put it after an ARKit mapping, if there is one, and before RigLogic. The game thread copies one row a frame; the
 * animation thread writes it and waits for nobody.
 */
USTRUCT(BlueprintInternalUseOnly)
struct CSTALK_API FAnimNode_CSTalk : public FAnimNode_Base
{
	GENERATED_BODY()

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Links")
	FPoseLink Source;

	/** Weight of everything that the node writes. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Settings", meta = (PinShownByDefault, ClampMin = "0", ClampMax = "1"))
	float Alpha = 1.0f;

	/** Weight of each part of the face. Head is 0 unless raised: then head curves are written and the head control is switched on. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Settings", meta = (PinHiddenByDefault))
	FCSTalkPartWeights PartWeights;

	UPROPERTY(EditAnywhere, Category = "Settings")
	ECSTalkBlend Blend = ECSTalkBlend::Override;

	/** Seconds over which the node fades in when somebody begins to speak, and out when nobody does. */
	UPROPERTY(EditAnywhere, Category = "Settings", meta = (ClampMin = "0", ClampMax = "5", Units = "s"))
	float FadeSeconds = 0.25f;

	/** From this LOD on only the parts named below are written; -1 writes all at every LOD. */
	UPROPERTY(EditAnywhere, Category = "Performance", meta = (ClampMin = "-1"))
	int32 ReducedFromLOD = 2;

	UPROPERTY(EditAnywhere, Category = "Performance", meta = (Bitmask, BitmaskEnum = "/Script/CSTalk.ECSTalkPart"))
	int32 ReducedParts = (1 << static_cast<int32>(ECSTalkPart::Mouth)) | (1 << static_cast<int32>(ECSTalkPart::Jaw))
		| (1 << static_cast<int32>(ECSTalkPart::Eyes));

	/** Above this LOD the node does nothing; -1 for never. */
	UPROPERTY(EditAnywhere, Category = "Performance", meta = (DisplayName = "LOD Threshold", ClampMin = "-1"))
	int32 LODThreshold = INDEX_NONE;

	//~ FAnimNode_Base
	virtual void Initialize_AnyThread(const FAnimationInitializeContext& Context) override;
	virtual void CacheBones_AnyThread(const FAnimationCacheBonesContext& Context) override;
	virtual void Update_AnyThread(const FAnimationUpdateContext& Context) override;
	virtual void Evaluate_AnyThread(FPoseContext& Output) override;
	virtual void GatherDebugData(FNodeDebugData& DebugData) override;
	virtual bool HasPreUpdate() const override { return true; }
	virtual void PreUpdate(const UAnimInstance* InAnimInstance) override;
	virtual int32 GetLODThreshold() const override { return LODThreshold; }

private:
	/** Game thread. */
	TWeakObjectPtr<UCSTalkComponent> Component;
	/** Written by PreUpdate, read by the animation thread after it. */
	TArray<float> Row;
	bool bFaceIsActive = false;
	/** Animation thread. */
	float FadeWeight = 0.0f;
	int32 LODLevel = 0;
	TArray<TTuple<FName, float>> Written;
};
