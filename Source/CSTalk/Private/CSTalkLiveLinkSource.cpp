#include "CSTalkLiveLinkSource.h"

#include "CSTalkComponent.h"
#include "CSTalkControls.h"
#include "CSTalkLiveLinkSettings.h"
#include "CSTalkModelAsset.h"
#include "CSTalkText.h"
#include "HAL/PlatformTime.h"
#include "ILiveLinkClient.h"
#include "Roles/LiveLinkBasicRole.h"

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
	OnSettingsChanged(InSettings, FPropertyChangedEvent(nullptr));
}

void FCSTalkLiveLinkSource::OnSettingsChanged(ULiveLinkSourceSettings* InSettings, const FPropertyChangedEvent& /*PropertyChangedEvent*/)
{
	const UCSTalkLiveLinkSettings* Settings = Cast<UCSTalkLiveLinkSettings>(InSettings);
	if (Settings == nullptr)
	{
		return;
	}
	if (Settings->Subject != Subject && Client != nullptr)
	{
		Client->RemoveSubject_AnyThread(SubjectKey());
		Subject = Settings->Subject;
		PublishNames();
	}
	Subject = Settings->Subject;
	const bool bOtherMicrophone = Settings->Microphone != Microphone;
	Microphone = Settings->Microphone;
	Performance = Settings->Performance;
	if (bOtherMicrophone)
	{
		Open();
	}
	else if (Face.IsValid())
	{
		const cstalk::Voice& Voice = Face->GetVoice();
		for (const cstalk::Status& Result : {Voice.SetEmotion(CSTalk::ToNative(Performance.Emotion)),
				 Voice.SetEmotionStrength(CSTalk::ToNative(Performance.Strength)), Voice.SetStyle(CSTalk::ToNative(Performance.Style))})
		{
			if (!Result.IsOk())
			{
				UE_LOG(LogCSTalk, Warning, TEXT("Live Link source %s: %s"), *Subject.ToString(), *CSTalk::FromUtf8(Result.Message));
			}
		}
	}
}

void FCSTalkLiveLinkSource::Open()
{
	Problem.Reset();
	FString Path;
	ECSTalkProvider Provider = ECSTalkProvider::Embedded;
	UCSTalkModelAsset::Resolve(nullptr, Path, Provider);
	Face = FCSTalkVoiceFace::OpenMicrophone(Path, Provider, Performance, Microphone, Problem);
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
	switch (Face->GetVoice().Counters().State)
	{
	case cstalk::VoiceState::Running: return LOCTEXT("Running", "Following the voice");
	case cstalk::VoiceState::Failed: return FText::FromString(CSTalk::FromUtf8(Face->GetVoice().Failure().Message));
	case cstalk::VoiceState::Ended: return LOCTEXT("Ended", "The microphone is gone");
	default: return LOCTEXT("Waiting", "Waiting for sound");
	}
}

TSubclassOf<ULiveLinkSourceSettings> FCSTalkLiveLinkSource::GetSettingsClass() const
{
	return UCSTalkLiveLinkSettings::StaticClass();
}

#undef LOCTEXT_NAMESPACE
