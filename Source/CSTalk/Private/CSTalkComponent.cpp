#include "CSTalkComponent.h"

#include "Components/AudioComponent.h"
#include "CoreGlobals.h"
#include "CSTalkBakedAnimation.h"
#include "CSTalkControls.h"
#include "CSTalkEmotionTrack.h"
#include "CSTalkFace.h"
#include "CSTalkModelAsset.h"
#include "CSTalkModule.h"
#include "CSTalkSoundTap.h"
#include "CSTalkStats.h"
#include "CSTalkText.h"
#include "GameFramework/Actor.h"
#include "Sound/SoundBase.h"
#include "Sound/SoundWave.h"
#include "UObject/UObjectGlobals.h"

/** The end of a voice that Blueprints push into. */
struct FCSTalkPushInput
{
	cstalk::AudioInput Input;
};

namespace
{
	/** All animation of a frame is done before the frame after the next begins. */
	constexpr uint64 FramesUntilUnread = 2;
}

UCSTalkComponent::UCSTalkComponent()
{
	PrimaryComponentTick.bCanEverTick = true;
}

void UCSTalkComponent::BeginPlay()
{
	Super::BeginPlay();
	if (bStartMicrophone)
	{
		StartMicrophone();
	}
}

void UCSTalkComponent::EndPlay(const EEndPlayReason::Type EndPlayReason)
{
	StopSpeaking();
	Super::EndPlay(EndPlayReason);
}

TArray<FString> UCSTalkComponent::ListMicrophones()
{
	TArray<FString> Names;
	if (!FCSTalkModule::IsLibraryUsable())
	{
		return Names;
	}
	std::vector<std::string> Found;
	const cstalk::Status Listed = cstalk::ListMicrophones(Found);
	if (!Listed.IsOk())
	{
		UE_LOG(LogCSTalk, Warning, TEXT("Microphones: %s"), *CSTalk::FromUtf8(Listed.Message));
	}
	for (const std::string& Name : Found)
	{
		Names.Add(CSTalk::FromUtf8(Name));
	}
	return Names;
}

bool UCSTalkComponent::StartMicrophone()
{
	StopSpeaking();
	FString Problem;
	Voice = FCSTalkVoiceFace::OpenMicrophone(MakeRequest(), Microphone, Problem);
	if (!Voice.IsValid())
	{
		return Fail(Problem);
	}
	Show(Voice);
	return true;
}

bool UCSTalkComponent::SpeakSound(USoundBase* Sound, UAudioComponent* Through)
{
	StopSpeaking();
	if (Sound == nullptr)
	{
		return Fail(TEXT("SpeakSound: wanted a sound, got none"));
	}
	UAudioComponent* Player = FindOrMakeAudio(Through);
	if (Player == nullptr)
	{
		return Fail(TEXT("SpeakSound: wanted an actor or an audio component to play on, found neither"));
	}
	// The listener must be there before the sound starts: packaged builds read it at the start only.
	Tap = MakeShared<FCSTalkSoundTap, ESPMode::ThreadSafe>();
	Player->SetSourceBufferListener(Tap, false);
	FinishedHandle = Player->OnAudioFinishedNative.AddUObject(this, &UCSTalkComponent::OnAudioFinished);
	Player->SetSound(Sound);
	SetState(ECSTalkState::Waiting);
	Player->Play();
	return true;
}

bool UCSTalkComponent::PlayBaked(UCSTalkBakedAnimation* BakedLine, bool bWithSound, UAudioComponent* Through)
{
	StopSpeaking();
	if (BakedLine == nullptr)
	{
		return Fail(TEXT("PlayBaked: wanted a baked animation, got none"));
	}
	Baked = MakeShared<FCSTalkBakedFace, ESPMode::ThreadSafe>(*BakedLine);
	Show(Baked);
	if (bWithSound && BakedLine->Sound != nullptr)
	{
		UAudioComponent* Player = FindOrMakeAudio(Through);
		if (Player == nullptr)
		{
			StopSpeaking();
			return Fail(TEXT("PlayBaked: wanted an actor or an audio component to play on, found neither"));
		}
		FinishedHandle = Player->OnAudioFinishedNative.AddUObject(this, &UCSTalkComponent::OnAudioFinished);
		PercentHandle = Player->OnAudioPlaybackPercentNative.AddUObject(this, &UCSTalkComponent::OnAudioPercent);
		Player->SetSound(BakedLine->Sound);
		Player->Play();
	}
	SetState(ECSTalkState::Speaking);
	return true;
}

bool UCSTalkComponent::StartPush(int32 SampleRateHz, int32 ChannelCount)
{
	StopSpeaking();
	FString Problem;
	const TSharedRef<FCSTalkPushInput> NewInput = MakeShared<FCSTalkPushInput>();
	Voice = FCSTalkVoiceFace::OpenPushed(MakeRequest(), SampleRateHz, ChannelCount, NewInput->Input, Problem);
	if (!Voice.IsValid())
	{
		return Fail(Problem);
	}
	PushInput = NewInput;
	Show(Voice);
	return true;
}

bool UCSTalkComponent::PushAudio(const TArray<float>& Interleaved)
{
	return PushSamples(Interleaved);
}

bool UCSTalkComponent::PushSamples(TConstArrayView<float> Interleaved)
{
	if (!PushInput.IsValid())
	{
		return Fail(TEXT("PushAudio: wanted StartPush first, found no open input"));
	}
	return PushInput->Input.Push(Interleaved.GetData(), static_cast<std::size_t>(Interleaved.Num())) == cstalk::Code::Ok;
}

void UCSTalkComponent::EndPush()
{
	// Without its input the voice plays out what it has heard, then it ends.
	PushInput.Reset();
}

void UCSTalkComponent::StopSpeaking()
{
	ReleaseAudio();
	Tap.Reset();
	PushInput.Reset();
	Voice.Reset();
	Baked.Reset();
	Show(nullptr);
	SetState(ECSTalkState::Idle);
}

bool UCSTalkComponent::IsActiveFace() const
{
	return Current.load(std::memory_order_acquire) != nullptr;
}

bool UCSTalkComponent::SampleRow(TArrayView<float> Row) const
{
	const FCSTalkFace* Face = Current.load(std::memory_order_acquire);
	return Face != nullptr && Face->Sample(Row);
}

void UCSTalkComponent::Show(const TSharedPtr<FCSTalkFace, ESPMode::ThreadSafe>& Face)
{
	Current.store(Face.Get(), std::memory_order_release);
	if (Shown.IsValid())
	{
		Retired.Add({Shown, GFrameCounter});
	}
	Shown = Face;
	BakedSeconds = 0.0f;
	bSoundOver = false;
	if (Voice.IsValid())
	{
		Sent = Performance;
		SetState(ECSTalkState::Waiting);
	}
}

FCSTalkVoiceRequest UCSTalkComponent::MakeRequest() const
{
	FCSTalkVoiceRequest Request;
	UCSTalkModelAsset::Resolve(Model, Request.ModelPath, Request.Provider);
	Request.Performance = Performance;
	Request.EmotionCsv = EmotionTrack != nullptr ? EmotionTrack->ToCsv() : FString();
	return Request;
}

void UCSTalkComponent::FreeRetired()
{
	Retired.RemoveAll([](const FRetired& Old) { return GFrameCounter > Old.SinceFrame + FramesUntilUnread; });
}

void UCSTalkComponent::SetState(ECSTalkState NewState)
{
	if (State != NewState)
	{
		State = NewState;
		OnStateChanged.Broadcast(State);
	}
}

bool UCSTalkComponent::Fail(const FString& Message)
{
	const FString Where = GetOwner() != nullptr ? GetOwner()->GetName() : FString(TEXT("no actor"));
	UE_LOG(LogCSTalk, Error, TEXT("%s (%s): %s"), *GetName(), *Where, *Message);
	SetState(ECSTalkState::Failed);
	OnProblem.Broadcast(Message);
	return false;
}

void UCSTalkComponent::TickComponent(float DeltaTime, ELevelTick TickType, FActorComponentTickFunction* ThisTickFunction)
{
	SCOPE_CYCLE_COUNTER(STAT_CSTalkTick);
	Super::TickComponent(DeltaTime, TickType, ThisTickFunction);
	FreeRetired();
	if (Tap.IsValid() && !Voice.IsValid() && State == ECSTalkState::Waiting)
	{
		ConnectTap();
	}
	if (Voice.IsValid())
	{
		INC_DWORD_STAT(STAT_CSTalkVoices);
		SendChanges();
		FollowVoice();
	}
	else if (Baked.IsValid())
	{
		AdvanceBaked(DeltaTime);
	}
}

void UCSTalkComponent::ConnectTap()
{
	int32 SampleRateHz = 0, ChannelCount = 0;
	if (!Tap->GetFormat(SampleRateHz, ChannelCount))
	{
		return;
	}
	FString Problem;
	cstalk::AudioInput Input;
	Voice = FCSTalkVoiceFace::OpenPushed(MakeRequest(), SampleRateHz, ChannelCount, Input, Problem);
	if (!Voice.IsValid())
	{
		Fail(Problem);
		return;
	}
	Tap->Connect(MoveTemp(Input));
	const bool bWasOver = bSoundOver;
	Show(Voice);
	bSoundOver = bWasOver;
}

void UCSTalkComponent::FollowVoice()
{
	const bool bHasEnded = Voice->GetVoice().Counters().bHasEnded;
	const cstalk::Status Failure = bHasEnded ? Voice->GetVoice().Failure() : cstalk::Status();
	if (!Failure.IsOk())
	{
		StopSpeaking();
		Fail(CSTalk::FromUtf8(Failure.Message));
		return;
	}
	LookedAt.SetNumZeroed(FCSTalkControls::Of(ECSTalkRig::MetaHuman).Num());
	const bool bShown = Voice->Sample(LookedAt);
	if (bShown && Voice->GetSampled() != cstalk::FaceState::Resting)
	{
		SetState(ECSTalkState::Speaking);
	}
	else if (bSoundOver || bHasEnded)
	{
		StopSpeaking();
		OnFinished.Broadcast();
	}
	else if (bShown)
	{
		SetState(ECSTalkState::Resting);
	}
}

void UCSTalkComponent::AdvanceBaked(float DeltaTime)
{
	// With a sound, its own position sets the time.
	if (Audio == nullptr)
	{
		BakedSeconds += DeltaTime;
		bSoundOver = BakedSeconds >= Baked->GetDurationSeconds();
	}
	Baked->SetSeconds(BakedSeconds);
	if (bSoundOver)
	{
		StopSpeaking();
		OnFinished.Broadcast();
	}
}

void UCSTalkComponent::SendChanges()
{
	const cstalk::Voice& Live = Voice->GetVoice();
	cstalk::Status Result;
	if (EmotionTrack == nullptr && !(Performance.Emotion == Sent.Emotion))
	{
		Sent.Emotion = Performance.Emotion;
		Result = Live.SetEmotion(CSTalk::ToNative(Sent.Emotion));
	}
	if (Result.IsOk() && !(Performance.Strength == Sent.Strength))
	{
		Sent.Strength = Performance.Strength;
		Result = Live.SetEmotionStrength(CSTalk::ToNative(Sent.Strength));
	}
	if (Result.IsOk() && !(Performance.Shown == Sent.Shown))
	{
		Sent.Shown = Performance.Shown;
		Result = Live.SetPartWeights(CSTalk::ToNative(Sent.Shown));
	}
	if (Result.IsOk() && !(Performance.Style == Sent.Style))
	{
		Sent.Style = Performance.Style;
		Result = Live.SetStyle(CSTalk::ToNative(Sent.Style));
	}
	if (Result.IsOk() && (Performance.HeadMotion != Sent.HeadMotion || Performance.Blinks != Sent.Blinks || Performance.Gaze != Sent.Gaze))
	{
		Sent.HeadMotion = Performance.HeadMotion;
		Sent.Blinks = Performance.Blinks;
		Sent.Gaze = Performance.Gaze;
		Result = Live.SetMotion(Sent.HeadMotion, Sent.Blinks, Sent.Gaze);
	}
	if (!Result.IsOk())
	{
		// The voice goes on with what it had.
		const FString Message = CSTalk::FromUtf8(Result.Message);
		UE_LOG(LogCSTalk, Warning, TEXT("%s: %s"), *GetName(), *Message);
		OnProblem.Broadcast(Message);
	}
}

UAudioComponent* UCSTalkComponent::FindOrMakeAudio(UAudioComponent* Through)
{
	bOwnAudio = Through == nullptr;
	Audio = Through;
	if (bOwnAudio && GetOwner() != nullptr)
	{
		Audio = NewObject<UAudioComponent>(GetOwner());
		Audio->bAutoActivate = false;
		Audio->SetupAttachment(GetOwner()->GetRootComponent());
		Audio->RegisterComponent();
	}
	return Audio;
}

void UCSTalkComponent::OnAudioFinished(UAudioComponent* Finished)
{
	if (Finished == Audio)
	{
		bSoundOver = true;
		if (Tap.IsValid() && !Voice.IsValid() && State == ECSTalkState::Waiting)
		{
			Fail(TEXT("SpeakSound: the sound ended before any of it was heard; is it muted, virtualised or empty?"));
		}
	}
}

void UCSTalkComponent::OnAudioPercent(const UAudioComponent* Playing, const USoundWave* /*Wave*/, const float Percent)
{
	if (Playing == Audio && Baked.IsValid())
	{
		BakedSeconds = Percent * Baked->GetDurationSeconds();
	}
}

void UCSTalkComponent::ReleaseAudio()
{
	if (Audio == nullptr)
	{
		return;
	}
	Audio->OnAudioFinishedNative.Remove(FinishedHandle);
	Audio->OnAudioPlaybackPercentNative.Remove(PercentHandle);
	if (Tap.IsValid())
	{
		Audio->SetSourceBufferListener(nullptr, false);
	}
	Audio->Stop();
	if (bOwnAudio)
	{
		Audio->DestroyComponent();
	}
	Audio = nullptr;
}
