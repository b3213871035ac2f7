// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "Animation/AnimCurveTypes.h"
#include "CoreMinimal.h"
#include "UObject/WeakObjectPtr.h"

class UAnimInstance;
struct FAnimInstanceProxy;

struct FAnimationBaseContext
{
	FAnimInstanceProxy* AnimInstanceProxy;
};
struct FAnimationInitializeContext : FAnimationBaseContext {};
struct FAnimationCacheBonesContext : FAnimationBaseContext {};
struct FAnimationUpdateContext : FAnimationBaseContext
{
	float GetDeltaTime() const;
};
struct FPoseContext : FAnimationBaseContext
{
	FBlendedCurve Curve;
};
struct FNodeDebugData
{
	FString GetNodeName(const void* Node) const;
	void AddDebugItem(FString DebugData, bool bPoseSource = false);
};
struct FPoseLinkBase
{
	void Initialize(const FAnimationInitializeContext& Context);
	void CacheBones(const FAnimationCacheBonesContext& Context);
	void Update(const FAnimationUpdateContext& Context);
	void GatherDebugData(FNodeDebugData& DebugData);
};
struct FPoseLink : FPoseLinkBase
{
	void Evaluate(FPoseContext& Output);
};
struct FExposedValueHandler
{
	void Execute(const FAnimationBaseContext& Context) const;
};
struct FAnimNode_Base
{
	virtual ~FAnimNode_Base();
	virtual void Initialize_AnyThread(const FAnimationInitializeContext& Context);
	virtual void CacheBones_AnyThread(const FAnimationCacheBonesContext& Context);
	virtual void Update_AnyThread(const FAnimationUpdateContext& Context);
	virtual void Evaluate_AnyThread(FPoseContext& Output);
	virtual void GatherDebugData(FNodeDebugData& DebugData);
	virtual bool HasPreUpdate() const;
	virtual void PreUpdate(const UAnimInstance* InAnimInstance);
	virtual int32 GetLODThreshold() const;
	static UScriptStruct* StaticStruct();

protected:
	FExposedValueHandler& GetEvaluateGraphExposedInputs();
};
