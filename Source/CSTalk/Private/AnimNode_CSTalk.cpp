#include "AnimNode_CSTalk.h"

#include "Animation/AnimCurveUtils.h"
#include "Animation/AnimInstance.h"
#include "Animation/AnimInstanceProxy.h"
#include "CSTalkComponent.h"
#include "CSTalkControls.h"
#include "CSTalkStats.h"
#include "GameFramework/Actor.h"

void FAnimNode_CSTalk::Initialize_AnyThread(const FAnimationInitializeContext& Context)
{
	Super::Initialize_AnyThread(Context);
	Source.Initialize(Context);
	FadeWeight = 0.0f;
}

void FAnimNode_CSTalk::CacheBones_AnyThread(const FAnimationCacheBonesContext& Context)
{
	Source.CacheBones(Context);
}

void FAnimNode_CSTalk::PreUpdate(const UAnimInstance* InAnimInstance)
{
	if (!Component.IsValid())
	{
		const AActor* Owner = InAnimInstance->GetOwningActor();
		Component = Owner != nullptr ? Owner->FindComponentByClass<UCSTalkComponent>() : nullptr;
	}
	const UCSTalkComponent* Speaker = Component.Get();
	if (Row.Num() != FCSTalkControls::Of(ECSTalkRig::MetaHuman).Num())
	{
		Row.SetNumZeroed(FCSTalkControls::Of(ECSTalkRig::MetaHuman).Num());
	}
	// The last row stays while the node fades out.
	bFaceIsActive = Speaker != nullptr && Speaker->SampleRow(Row);
}

void FAnimNode_CSTalk::Update_AnyThread(const FAnimationUpdateContext& Context)
{
	GetEvaluateGraphExposedInputs().Execute(Context);
	Source.Update(Context);
	LODLevel = Context.AnimInstanceProxy->GetLODLevel();
	const float Target = bFaceIsActive ? 1.0f : 0.0f;
	FadeWeight = FadeSeconds > 0.0f
		? FMath::FInterpConstantTo(FadeWeight, Target, Context.GetDeltaTime(), 1.0f / FadeSeconds)
		: Target;
}

void FAnimNode_CSTalk::Evaluate_AnyThread(FPoseContext& Output)
{
	Source.Evaluate(Output);
	const float NodeWeight = FMath::Clamp(Alpha, 0.0f, 1.0f) * FadeWeight;
	if (NodeWeight <= 0.0f)
	{
		return;
	}
	SCOPE_CYCLE_COUNTER(STAT_CSTalkWriteCurves);
	const FCSTalkControls& Controls = FCSTalkControls::Of(ECSTalkRig::MetaHuman);
	const int32 WrittenParts = ReducedFromLOD != INDEX_NONE && LODLevel >= ReducedFromLOD ? ReducedParts : ~0;
	bool bHeadWritten = false;
	Written.Reset();
	for (int32 Column = 0; Column < Row.Num(); ++Column)
	{
		const ECSTalkPart Part = Controls.GetPart(Column);
		const float Weight = NodeWeight * PartWeights.Get(Part);
		if (Weight <= 0.0f || (WrittenParts & (1 << static_cast<int32>(Part))) == 0)
		{
			continue;
		}
		const FName Name = Controls.GetName(Column);
		const float Value = Blend == ECSTalkBlend::Additive ? Row[Column] * Weight : FMath::Lerp(Output.Curve.Get(Name), Row[Column], Weight);
		Written.Emplace(Name, Value);
		bHeadWritten |= Part == ECSTalkPart::Head;
	}
	FBlendedCurve Ours;
	UE::Anim::FCurveUtils::BuildUnsorted(Ours, TConstArrayView<TTuple<FName, float>>(Written));
	if (Blend == ECSTalkBlend::Additive)
	{
		Output.Curve.Accumulate(Ours, 1.0f);
	}
	else
	{
		Output.Curve.Combine(Ours);
	}
	if (bHeadWritten)
	{
		// The MetaHuman face graph ignores head curves while this is 0.
		static const FName HeadControlSwitch(TEXT("HeadControlSwitch"));
		Output.Curve.Set(HeadControlSwitch, 1.0f);
	}
	INC_DWORD_STAT_BY(STAT_CSTalkCurvesWritten, Written.Num());
}

void FAnimNode_CSTalk::GatherDebugData(FNodeDebugData& DebugData)
{
	FString Line = DebugData.GetNodeName(this);
	Line += FString::Printf(TEXT("(Alpha: %.0f%%, fade: %.0f%%, curves: %d)"), Alpha * 100.0f, FadeWeight * 100.0f, Written.Num());
	DebugData.AddDebugItem(Line);
	Source.GatherDebugData(DebugData);
}
