#include "CSTalkFace.h"

#include "CSTalkControls.h"
#include "CSTalkModule.h"
#include "CSTalkSettings.h"
#include "CSTalkText.h"
#include "UObject/Class.h"

namespace
{
	cstalk::VoiceOptions MakeOptions()
	{
		cstalk::VoiceOptions Options;
		Options.DelayMs = GetDefault<UCSTalkSettings>()->LiveDelayMs;
		return Options;
	}

	cstalk::Settings MakeSettings(const FCSTalkVoiceRequest& Request)
	{
		cstalk::Settings Settings = CSTalk::ToNative(Request.Performance, ECSTalkRig::MetaHuman);
		Settings.EmotionCurveCsv = CSTalk::ToUtf8(Request.EmotionCsv);
		return Settings;
	}
}

TSharedPtr<FCSTalkVoiceFace, ESPMode::ThreadSafe> FCSTalkVoiceFace::OpenMicrophone(
	const FCSTalkVoiceRequest& Request, const FString& DeviceName, FString& OutProblem)
{
	const cstalk::LivePool* Pool = FCSTalkModule::FindOrStartPool(Request.ModelPath, Request.Provider, OutProblem);
	if (Pool == nullptr)
	{
		return nullptr;
	}
	const TSharedRef<FCSTalkVoiceFace, ESPMode::ThreadSafe> Face = MakeShared<FCSTalkVoiceFace, ESPMode::ThreadSafe>();
	const cstalk::Status Opened = Face->Voice.OpenMicrophone(*Pool, MakeSettings(Request), MakeOptions(), CSTalk::ToUtf8(DeviceName));
	if (!Opened.IsOk())
	{
		OutProblem = CSTalk::FromUtf8(Opened.Message);
		return nullptr;
	}
	return Face;
}

TSharedPtr<FCSTalkVoiceFace, ESPMode::ThreadSafe> FCSTalkVoiceFace::OpenPushed(
	const FCSTalkVoiceRequest& Request, int32 SampleRateHz, int32 ChannelCount, cstalk::AudioInput& OutInput, FString& OutProblem)
{
	const cstalk::LivePool* Pool = FCSTalkModule::FindOrStartPool(Request.ModelPath, Request.Provider, OutProblem);
	if (Pool == nullptr)
	{
		return nullptr;
	}
	cstalk::VoiceOptions Options = MakeOptions();
	Options.RateHz = static_cast<std::uint32_t>(FMath::Max(SampleRateHz, 0));
	Options.ChannelCount = static_cast<std::uint32_t>(FMath::Max(ChannelCount, 0));
	const TSharedRef<FCSTalkVoiceFace, ESPMode::ThreadSafe> Face = MakeShared<FCSTalkVoiceFace, ESPMode::ThreadSafe>();
	const cstalk::Status Opened = Face->Voice.Open(*Pool, MakeSettings(Request), Options, OutInput);
	if (!Opened.IsOk())
	{
		OutProblem = CSTalk::FromUtf8(Opened.Message);
		return nullptr;
	}
	return Face;
}

bool FCSTalkVoiceFace::Sample(TArrayView<float> Row) const
{
	cstalk::Shown Found;
	if (Voice.SampleNow(Row.GetData(), static_cast<std::size_t>(Row.Num()), &Found) != cstalk::Code::Ok)
	{
		return false;
	}
	Sampled.store(Found.State, std::memory_order_relaxed);
	return Found.State != cstalk::FaceState::Waiting;
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
