#include "CSTalkSampleActor.h"

#include "CSTalkBakedAnimation.h"

ACSTalkSampleActor::ACSTalkSampleActor()
{
	// The CSTalk node in the face's animation blueprint finds the component on its actor by itself.
	Speech = CreateDefaultSubobject<UCSTalkComponent>(TEXT("Speech"));
}

void ACSTalkSampleActor::SpeakNextLine()
{
	if (Lines.IsValidIndex(NextLine))
	{
		Speech->PlayBaked(Lines[NextLine]);
		++NextLine;
	}
}

void ACSTalkSampleActor::SpeakSound(USoundBase* Sound)
{
	Speech->PlaySound(Sound);
}

void ACSTalkSampleActor::SpeakSamples(const TArray<float>& Mono, int32 SampleRateHz)
{
	if (Speech->StartPush(SampleRateHz, 1))
	{
		Speech->PushAudio(Mono);
		Speech->EndPush();
	}
}

void ACSTalkSampleActor::CheerUp()
{
	Speech->Performance.Emotion.Happy = 0.5f;
	Speech->Performance.Emotion.Surprised = 0.2f;
	Speech->Performance.Strength.Brows = 0.3f;
}
