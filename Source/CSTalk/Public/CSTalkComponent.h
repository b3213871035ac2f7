// Gives an actor a speaking face: from a microphone, a playing sound, pushed samples, or a baked animation.
#pragma once

#include "CoreMinimal.h"
#include "Animation/CurveSourceInterface.h"
#include "Components/ActorComponent.h"
#include "CSTalkTypes.h"
#include <atomic>
#include "CSTalkComponent.generated.h"

class FCSTalkBakedFace;
class FCSTalkFace;
class FCSTalkSoundTap;
class FCSTalkVoiceFace;
class UAudioComponent;
class UCSTalkBakedAnimation;
class UCSTalkEmotionTrack;
class UCSTalkModelAsset;
class USoundBase;
class USoundWave;
struct FCSTalkPushInput;
struct FCSTalkVoiceRequest;

/** What the face follows at the moment. */
UENUM(BlueprintType)
enum class ECSTalkState : uint8
{
	Idle UMETA(ToolTip = "Nothing was started, or it is over"),
	Waiting UMETA(ToolTip = "Started; no sound has come yet"),
	Speaking UMETA(ToolTip = "The face follows the sound"),
	Resting UMETA(ToolTip = "No sound for a while; the face eases to rest until more comes"),
	Failed UMETA(ToolTip = "See the event OnProblem")
};

/** How late a live face is, and what was lost. Times in ms. */
USTRUCT(BlueprintType)
struct CSTALK_API FCSTalkCounters
{
	GENERATED_BODY()

	/** From sound arriving to its row being readable, look-ahead included: half of all rows are faster. */
	UPROPERTY(BlueprintReadOnly, Category = "CSTalk")
	float SoundToCurveP50Ms = 0.0f;
	UPROPERTY(BlueprintReadOnly, Category = "CSTalk")
	float SoundToCurveP95Ms = 0.0f;
	UPROPERTY(BlueprintReadOnly, Category = "CSTalk")
	float SoundToCurveP99Ms = 0.0f;
	/** Compute time of a hop, 95 of 100. */
	UPROPERTY(BlueprintReadOnly, Category = "CSTalk")
	float ComputeP95Ms = 0.0f;
	/** How long after its sound a face is shown: delay the voice's playback by as much to have both in time. */
	UPROPERTY(BlueprintReadOnly, Category = "CSTalk")
	float DelayMs = 0.0f;
	/** Sound that was lost because workers were late or the device said so, in seconds. */
	UPROPERTY(BlueprintReadOnly, Category = "CSTalk")
	float LostSeconds = 0.0f;
	/** Device clock against this machine's, in parts a million. */
	UPROPERTY(BlueprintReadOnly, Category = "CSTalk")
	float DriftPpm = 0.0f;
	/** Loudest sample and mean level of the last blocks, 0 to 1. */
	UPROPERTY(BlueprintReadOnly, Category = "CSTalk")
	float Peak = 0.0f;
	UPROPERTY(BlueprintReadOnly, Category = "CSTalk")
	float Rms = 0.0f;
};

DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FCSTalkStateChanged, ECSTalkState, State);
DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FCSTalkProblem, const FString&, Message);
DECLARE_DYNAMIC_MULTICAST_DELEGATE(FCSTalkFinished);

/** Put it on the actor whose face shall speak; the CSTalk node in the face's animation blueprint finds it there. */
UCLASS(ClassGroup = (CSTalk), meta = (BlueprintSpawnableComponent))
class CSTALK_API UCSTalkComponent : public UActorComponent, public ICurveSourceInterface
{
	GENERATED_BODY()

public:
	UCSTalkComponent();

	/** The model; that of the project settings when empty. Read when something starts. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "CSTalk")
	TObjectPtr<UCSTalkModelAsset> Model;

	/** All but seed and smoothing take effect while speaking, without a jump; those two when something starts. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Interp, Category = "CSTalk", meta = (ShowOnlyInnerProperties))
	FCSTalkPerformance Performance;

	/** Emotion over time, counted from the start of the sound; used instead of the emotion sliders unless empty. Read when something starts. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "CSTalk")
	TObjectPtr<UCSTalkEmotionTrack> EmotionTrack;

	/** Opens the microphone when play begins. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "CSTalk|Microphone")
	bool bStartMicrophone = false;

	/** Microphone to open; the system's default when empty. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "CSTalk|Microphone", meta = (GetOptions = "ListMicrophones"))
	FString Microphone;

	/** Name by which the engine's own Curve Source node finds this component. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "CSTalk|Curve Source", AdvancedDisplay)
	FName CurveSourceBinding = TEXT("CSTalk");

	/** Gives head curves to the Curve Source node as well. Off where a body animation owns the head. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "CSTalk|Curve Source", AdvancedDisplay)
	bool bCurveSourceHead = false;

	UPROPERTY(BlueprintAssignable, Category = "CSTalk")
	FCSTalkStateChanged OnStateChanged;
	/** A line is over: baked playback reached its end, a sound finished, or pushed sound was ended. */
	UPROPERTY(BlueprintAssignable, Category = "CSTalk")
	FCSTalkFinished OnFinished;
	/** Something could not start or went wrong; the sentence says what was wanted, what was found and what to do. */
	UPROPERTY(BlueprintAssignable, Category = "CSTalk")
	FCSTalkProblem OnProblem;

	/** Names of the microphones that can be opened now, the default first. */
	UFUNCTION(BlueprintCallable, Category = "CSTalk|Microphone")
	static TArray<FString> ListMicrophones();

	/** Follows the property Microphone. False, with OnProblem, when it cannot be opened. */
	UFUNCTION(BlueprintCallable, Category = "CSTalk|Microphone")
	bool StartMicrophone();

	/**
	 * Plays a sound and follows it, whatever its compression or loading. The face is later than the sound by the live
	 * delay; lines known beforehand are exact as baked animations.
	 * Through: a component to play it on; one of our own on this actor when empty.
	 */
	UFUNCTION(BlueprintCallable, Category = "CSTalk|Sound")
	bool SpeakSound(USoundBase* Sound, UAudioComponent* Through = nullptr);

	/** Plays baked curves, with their sound unless told otherwise, exactly in time with it. */
	UFUNCTION(BlueprintCallable, Category = "CSTalk|Sound")
	bool PlayBaked(UCSTalkBakedAnimation* Baked, bool bWithSound = true, UAudioComponent* Through = nullptr);

	/** Opens for sound that you push: speech synthesis, voice chat. */
	UFUNCTION(BlueprintCallable, Category = "CSTalk|Push")
	bool StartPush(int32 SampleRateHz = 48000, int32 ChannelCount = 1);

	/** Hears a block of interleaved samples of any length. False when StartPush did not come first. */
	UFUNCTION(BlueprintCallable, Category = "CSTalk|Push")
	bool PushAudio(const TArray<float>& Interleaved);
	bool PushSamples(TConstArrayView<float> Interleaved);

	/** Says that no more comes: the last rows play out, then OnFinished. */
	UFUNCTION(BlueprintCallable, Category = "CSTalk|Push")
	void EndPush();

	/** Stops whatever was started, its sound too. */
	UFUNCTION(BlueprintCallable, Category = "CSTalk")
	void StopSpeaking();

	UFUNCTION(BlueprintPure, Category = "CSTalk")
	ECSTalkState GetState() const { return State; }

	/** Whether there is a face to show: false once a line is over. */
	UFUNCTION(BlueprintPure, Category = "CSTalk")
	bool IsActiveFace() const;

	/** Counters of the live voice; zeros without one. */
	UFUNCTION(BlueprintPure, Category = "CSTalk")
	FCSTalkCounters GetCounters() const;

	/** Value of a curve at this moment, for example "CTRL_expressions_jawOpen"; 0 when there is none. */
	UFUNCTION(BlueprintPure, Category = "CSTalk")
	float GetCurve(FName CurveName) const;

	/** Writes the MetaHuman row of this moment; false when there is nothing to show. Any thread; never waits. */
	bool SampleRow(TArrayView<float> Row) const;

	//~ ICurveSourceInterface
	virtual FName GetBindingName_Implementation() const override;
	virtual float GetCurveValue_Implementation(FName CurveName) const override;
	virtual void GetCurves_Implementation(TArray<FNamedCurveValue>& OutCurve) const override;

	//~ UActorComponent
	virtual void BeginPlay() override;
	virtual void EndPlay(const EEndPlayReason::Type EndPlayReason) override;
	virtual void TickComponent(float DeltaTime, ELevelTick TickType, FActorComponentTickFunction* ThisTickFunction) override;

private:
	FCSTalkVoiceRequest MakeRequest() const;
	void Show(const TSharedPtr<FCSTalkFace, ESPMode::ThreadSafe>& Face);
	void FreeRetired();
	void SetState(ECSTalkState NewState);
	bool Fail(const FString& Message);
	void FollowVoice();
	void ConnectTap();
	void AdvanceBaked(float DeltaTime);
	void SendChanges();
	UAudioComponent* FindOrMakeAudio(UAudioComponent* Through);
	void OnAudioFinished(UAudioComponent* Finished);
	void OnAudioPercent(const UAudioComponent* Playing, const USoundWave* Wave, const float Percent);
	void ReleaseAudio();

	/** A face that was replaced; animation threads may still read it in this frame. */
	struct FRetired
	{
		TSharedPtr<FCSTalkFace, ESPMode::ThreadSafe> Face;
		uint64 SinceFrame = 0;
	};

	/** What animation threads read; owned by Shown, or by Retired for two frames after. */
	std::atomic<const FCSTalkFace*> Current{nullptr};
	TSharedPtr<FCSTalkFace, ESPMode::ThreadSafe> Shown;
	TArray<FRetired> Retired;
	/** Shown, as what it is; at most one of the two is set. */
	TSharedPtr<FCSTalkVoiceFace, ESPMode::ThreadSafe> Voice;
	TSharedPtr<FCSTalkBakedFace, ESPMode::ThreadSafe> Baked;
	TSharedPtr<FCSTalkSoundTap, ESPMode::ThreadSafe> Tap;
	TSharedPtr<FCSTalkPushInput> PushInput;

	UPROPERTY(Transient)
	TObjectPtr<UAudioComponent> Audio;
	bool bOwnAudio = false;

	ECSTalkState State = ECSTalkState::Idle;
	bool bSoundOver = false;
	float BakedSeconds = 0.0f;
	/** The row of the last tick. */
	TArray<float> LookedAt;
	FDelegateHandle FinishedHandle;
	FDelegateHandle PercentHandle;
	/** What the voice was told last. */
	FCSTalkPerformance Sent;
};
