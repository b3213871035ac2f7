// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "Audio.h"
#include "Components/SceneComponent.h"
#include "Delegates/Delegate.h"

class USoundBase;
class USoundWave;
class UAudioComponent;

using FOnAudioFinishedNative = TMulticastDelegate<void(UAudioComponent*)>;
using FOnAudioPlaybackPercentNative = TMulticastDelegate<void(const UAudioComponent*, const USoundWave*, const float)>;

class UAudioComponent : public USceneComponent
{
	CST_ENGINE_CLASS(UAudioComponent, USceneComponent)
	FOnAudioFinishedNative OnAudioFinishedNative;
	FOnAudioPlaybackPercentNative OnAudioPlaybackPercentNative;
	void SetSound(USoundBase* NewSound);
	virtual void Play(float StartTime = 0.0f);
	virtual void Stop();
	void SetSourceBufferListener(const FSharedISourceBufferListenerPtr& InSourceBufferListener, bool bShouldZeroBufferAfter);
};
