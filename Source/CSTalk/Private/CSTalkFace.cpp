#include "CSTalkFace.h"

#include "CSTalkControls.h"
#include "CSTalkModule.h"
#include "CSTalkSettings.h"
#include "CSTalkText.h"

namespace
{
	cstalk::VoiceOptions MakeOptions()
	{
		cstalk::VoiceOptions Options;
		Options.DelayMs = GetDefault<UCSTalkSettings>()->LiveDelayMs;
		return Options;
	}
}

TSharedPtr<FCSTalkVoiceFace, ESPMode::ThreadSafe> FCSTalkVoiceFace::OpenMicrophone(const FString& AbsoluteModelPath, ECSTalkProvider Provider,
	const FCSTalkPerformance& Performance, const FString& DeviceName, FString& OutProblem)
{
	const TSharedPtr<const cstalk::Model, ESPMode::ThreadSafe> Model = FCSTalkModule::FindOrLoadModel(AbsoluteModelPath, Provider, OutProblem);
	const cstalk::LivePool* Pool = Model.IsValid() ? FCSTalkModule::FindOrStartPool(OutProblem) : nullptr;
	if (Pool == nullptr)
	{
		return nullptr;
	}
	const TSharedRef<FCSTalkVoiceFace, ESPMode::ThreadSafe> Face = MakeShared<FCSTalkVoiceFace, ESPMode::ThreadSafe>();
	const cstalk::Status Opened = Face->Voice.OpenMicrophone(
		*Pool, *Model, CSTalk::ToNative(Performance, ECSTalkRig::MetaHuman), MakeOptions(), CSTalk::ToUtf8(DeviceName));
	if (!Opened.IsOk())
	{
		OutProblem = CSTalk::FromUtf8(Opened.Message);
		return nullptr;
	}
	return Face;
}

TSharedPtr<FCSTalkVoiceFace, ESPMode::ThreadSafe> FCSTalkVoiceFace::OpenPushed(const FString& AbsoluteModelPath, ECSTalkProvider Provider,
	const FCSTalkPerformance& Performance, int32 SampleRateHz, int32 ChannelCount, cstalk::AudioInput& OutInput, FString& OutProblem)
{
	const TSharedPtr<const cstalk::Model, ESPMode::ThreadSafe> Model = FCSTalkModule::FindOrLoadModel(AbsoluteModelPath, Provider, OutProblem);
	const cstalk::LivePool* Pool = Model.IsValid() ? FCSTalkModule::FindOrStartPool(OutProblem) : nullptr;
	if (Pool == nullptr)
	{
		return nullptr;
	}
	cstalk::VoiceOptions Options = MakeOptions();
	Options.RateHz = static_cast<std::uint32_t>(FMath::Max(SampleRateHz, 0));
	Options.ChannelCount = static_cast<std::uint32_t>(FMath::Max(ChannelCount, 0));
	const TSharedRef<FCSTalkVoiceFace, ESPMode::ThreadSafe> Face = MakeShared<FCSTalkVoiceFace, ESPMode::ThreadSafe>();
	const cstalk::Status Opened = Face->Voice.Open(
		*Pool, *Model, CSTalk::ToNative(Performance, ECSTalkRig::MetaHuman), Options, OutInput);
	if (!Opened.IsOk())
	{
		OutProblem = CSTalk::FromUtf8(Opened.Message);
		return nullptr;
	}
	return Face;
}

bool FCSTalkVoiceFace::Sample(TArrayView<float> Row) const
{
	// Before the first row the library writes the resting face, which is the one to show.
	const cstalk::Code Result = Voice.SampleNow(Row.GetData(), static_cast<std::size_t>(Row.Num()));
	return Result == cstalk::Code::Ok || Result == cstalk::Code::NeedMore;
}

FCSTalkBakedFace::FCSTalkBakedFace(const UCSTalkBakedAnimation& Baked)
	: DurationSeconds(Baked.DurationSeconds)
{
	const FCSTalkControls& Controls = FCSTalkControls::Of(ECSTalkRig::MetaHuman);
	for (const FCSTalkBakedCurve& Curve : Baked.Curves)
	{
		const int32 Column = Controls.Find(Curve.Name);
		if (Column != INDEX_NONE)
		{
			Curves.Add({Column, Curve.Keys});
		}
	}
}

bool FCSTalkBakedFace::Sample(TArrayView<float> Row) const
{
	const float Now = Seconds.load(std::memory_order_relaxed);
	for (float& Value : Row)
	{
		Value = 0.0f;
	}
	for (const FColumnCurve& Curve : Curves)
	{
		if (Row.IsValidIndex(Curve.Column))
		{
			Row[Curve.Column] = Curve.Keys.Eval(Now, 0.0f);
		}
	}
	return true;
}
