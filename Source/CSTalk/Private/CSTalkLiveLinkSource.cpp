#include "CSTalkLiveLinkSource.h"

#include "CSTalkComponent.h"
#include "CSTalkControls.h"
#include "CSTalkLiveLinkSettings.h"
#include "CSTalkModelAsset.h"
#include "CSTalkText.h"
#include "HAL/PlatformTime.h"
#include "ILiveLinkClient.h"
#include "Roles/LiveLinkBasicRole.h"
#include "Templates/Casts.h"

#define LOCTEXT_NAMESPACE "CSTalkLiveLink"

TArray<FString> UCSTalkLiveLinkSettings::ListMicrophones() const
{
	return UCSTalkComponent::ListMicrophones();
}

void FCSTalkLiveLinkSource::ReceiveClient(ILiveLinkClient* InClient, FGuid InSourceGuid)
{
	Client = InClient;
	SourceGuid = InSourceGuid;
	Open();
	PublishNames();
}

void FCSTalkLiveLinkSource::InitializeSettings(ULiveLinkSourceSettings* InSettings)
{
	Apply(Cast<UCSTalkLiveLinkSettings>(InSettings));
}

void FCSTalkLiveLinkSource::OnSettingsChanged(ULiveLinkSourceSettings* InSettings, const FPropertyChangedEvent& /*PropertyChangedEvent*/)
{
	Apply(Cast<UCSTalkLiveLinkSettings>(InSettings));
}

void FCSTalkLiveLinkSource::Apply(const UCSTalkLiveLinkSettings* Settings)
{
	if (Settings == nullptr)
	{
		return;
	}
	if (Settings->Subject != Subject)
	{
		if (Client != nullptr)
		{
			Client->RemoveSubject_AnyThread(SubjectKey());
		}
		Subject = Settings->Subject;
		PublishNames();
	}
	Performance = Settings->Performance;
	if (Settings->Microphone != Microphone)
	{
		Microphone = Settings->Microphone;
		Open();
	}
	else if (Face.IsValid())
	{
		SendChanges();
	}
}

void FCSTalkLiveLinkSource::SendChanges() const
{
	const cstalk::Voice& Voice = Face->GetVoice();
	for (const cstalk::Status& Result : {Voice.SetEmotion(CSTalk::ToNative(Performance.Emotion)),
			 Voice.SetEmotionStrength(CSTalk::ToNative(Performance.Strength)), Voice.SetPartWeights(CSTalk::ToNative(Performance.Shown)),
			 Voice.SetStyle(CSTalk::ToNative(Performance.Style)),
			 Voice.SetMotion(Performance.HeadMotion, Performance.Blinks, Performance.Gaze)})
	{
		if (!Result.IsOk())
		{
			UE_LOG(LogCSTalk, Warning, TEXT("Live Link source %s: %s"), *Subject.ToString(), *CSTalk::FromUtf8(Result.Message));
		}
	}
}

void FCSTalkLiveLinkSource::Open()
{
	Problem.Reset();
	FCSTalkVoiceRequest Request;
	UCSTalkModelAsset::Resolve(nullptr, Request.ModelPath, Request.Provider);
	Request.Performance = Performance;
	Face = FCSTalkVoiceFace::OpenMicrophone(Request, Microphone, Problem);
	if (!Face.IsValid())
	{
		UE_LOG(LogCSTalk, Error, TEXT("Live Link source %s: %s"), *Subject.ToString(), *Problem);
	}
}

FLiveLinkSubjectKey FCSTalkLiveLinkSource::SubjectKey() const
{
	return FLiveLinkSubjectKey(SourceGuid, Subject);
}

void FCSTalkLiveLinkSource::PublishNames()
{
	if (Client == nullptr)
	{
		return;
	}
	FLiveLinkStaticDataStruct Names(FLiveLinkBaseStaticData::StaticStruct());
	Names.Cast<FLiveLinkBaseStaticData>()->PropertyNames = FCSTalkControls::Of(ECSTalkRig::MetaHuman).GetNames();
	Client->PushSubjectStaticData_AnyThread(SubjectKey(), ULiveLinkBasicRole::StaticClass(), MoveTemp(Names));
}

void FCSTalkLiveLinkSource::Update()
{
	if (Client == nullptr || !Face.IsValid())
	{
		return;
	}
	FLiveLinkFrameDataStruct Values(FLiveLinkBaseFrameData::StaticStruct());
	FLiveLinkBaseFrameData& Row = *Values.Cast<FLiveLinkBaseFrameData>();
	Row.PropertyValues.SetNumZeroed(FCSTalkControls::Of(ECSTalkRig::MetaHuman).Num());
	if (Face->Sample(Row.PropertyValues))
	{
		Row.WorldTime = FLiveLinkWorldTime(FPlatformTime::Seconds());
		Client->PushSubjectFrameData_AnyThread(SubjectKey(), MoveTemp(Values));
	}
}

bool FCSTalkLiveLinkSource::IsSourceStillValid() const
{
	return Client != nullptr;
}

bool FCSTalkLiveLinkSource::RequestSourceShutdown()
{
	Face.Reset();
	Client = nullptr;
	return true;
}

FText FCSTalkLiveLinkSource::GetSourceType() const
{
	return LOCTEXT("Type", "CSTalk");
}

FText FCSTalkLiveLinkSource::GetSourceMachineName() const
{
	return Microphone.IsEmpty() ? LOCTEXT("DefaultMicrophone", "Default microphone") : FText::FromString(Microphone);
}

FText FCSTalkLiveLinkSource::GetSourceStatus() const
{
	if (!Face.IsValid())
	{
		return FText::FromString(Problem);
	}
	const cstalk::Status Failure = Face->GetVoice().Failure();
	if (!Failure.IsOk())
	{
		return FText::FromString(CSTalk::FromUtf8(Failure.Message));
	}
	switch (Face->GetSampled())
	{
	case cstalk::FaceState::Waiting: return LOCTEXT("Waiting", "Waiting for sound");
	case cstalk::FaceState::Resting: return LOCTEXT("Resting", "No sound comes");
	default: return LOCTEXT("Running", "Following the voice");
	}
}

TSubclassOf<ULiveLinkSourceSettings> FCSTalkLiveLinkSource::GetSettingsClass() const
{
	return UCSTalkLiveLinkSettings::StaticClass();
}

#undef LOCTEXT_NAMESPACE
