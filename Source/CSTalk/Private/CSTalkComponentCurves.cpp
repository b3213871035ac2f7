// The component's answers: counters for the game thread; curves, single or all, for any thread.

#include "CSTalkComponent.h"

#include "CSTalkControls.h"
#include "CSTalkFace.h"

FCSTalkCounters UCSTalkComponent::GetCounters() const
{
	FCSTalkCounters Answer;
	if (Voice.IsValid())
	{
		const cstalk::VoiceCounters Counters = Voice->GetVoice().Counters();
		Answer.SoundToCurveP50Ms = static_cast<float>(Counters.SoundToCurveP50Ms);
		Answer.SoundToCurveP95Ms = static_cast<float>(Counters.SoundToCurveP95Ms);
		Answer.SoundToCurveP99Ms = static_cast<float>(Counters.SoundToCurveP99Ms);
		Answer.ComputeP95Ms = static_cast<float>(Counters.ComputeP95Ms);
		Answer.LostSeconds = static_cast<float>(Counters.OverrunS + Counters.MissedS + Counters.SkippedS);
		Answer.DelayMs = static_cast<float>(Counters.DelayMs);
		Answer.DriftPpm = static_cast<float>(Counters.DriftPpm);
		Answer.Peak = Counters.Peak;
		Answer.Rms = Counters.Rms;
	}
	return Answer;
}

float UCSTalkComponent::GetCurve(FName CurveName) const
{
	return GetCurveValue_Implementation(CurveName);
}

FName UCSTalkComponent::GetBindingName_Implementation() const
{
	return CurveSourceBinding;
}

float UCSTalkComponent::GetCurveValue_Implementation(FName CurveName) const
{
	const FCSTalkControls& Controls = FCSTalkControls::Of(ECSTalkRig::MetaHuman);
	const int32 Column = Controls.Find(CurveName);
	TArray<float> Row;
	Row.SetNumZeroed(Controls.Num());
	return Column != INDEX_NONE && SampleRow(Row) ? Row[Column] : 0.0f;
}

void UCSTalkComponent::GetCurves_Implementation(TArray<FNamedCurveValue>& OutCurve) const
{
	const FCSTalkControls& Controls = FCSTalkControls::Of(ECSTalkRig::MetaHuman);
	TArray<float> Row;
	Row.SetNumZeroed(Controls.Num());
	if (!SampleRow(Row))
	{
		return;
	}
	OutCurve.Reserve(OutCurve.Num() + Row.Num());
	for (int32 Column = 0; Column < Row.Num(); ++Column)
	{
		if (bCurveSourceHead || Controls.GetPart(Column) != ECSTalkPart::Head)
		{
			FNamedCurveValue& Curve = OutCurve.AddDefaulted_GetRef();
			Curve.Name = Controls.GetName(Column);
			Curve.Value = Row[Column];
		}
	}
}
