// Sample: an actor that speaks lines, or follows the player's microphone. Copy it into your game module.
#pragma once

#include "CoreMinimal.h"
#include "CSTalkComponent.h"
#include "GameFramework/Actor.h"
#include "CSTalkSampleActor.generated.h"

class UCSTalkBakedAnimation;
class USoundBase;

UCLASS()
class CSTALKSAMPLE_API ACSTalkSampleActor : public AActor
{
	GENERATED_BODY()

public:
	ACSTalkSampleActor();

	/** Lines baked in the editor: exact, and the cheapest. */
	UPROPERTY(EditAnywhere, BlueprintReadOnly, Category = "Sample")
	TArray<TObjectPtr<UCSTalkBakedAnimation>> Lines;

	UPROPERTY(VisibleAnywhere, BlueprintReadOnly, Category = "Sample")
	TObjectPtr<UCSTalkComponent> Speech;

	/** Speaks the lines one after the other. */
	UFUNCTION(BlueprintCallable, Category = "Sample")
	void SpeakNextLine();

	/** Any sound, known or not: a file, a stream, a MetaSound. */
	UFUNCTION(BlueprintCallable, Category = "Sample")
	void SpeakSound(USoundBase* Sound);

	/** Speech synthesis and voice chat: push blocks as they come, end when the sentence is over. */
	UFUNCTION(BlueprintCallable, Category = "Sample")
	void SpeakSamples(const TArray<float>& Mono, int32 SampleRateHz);

	/** Half happy, a little surprised, with calm brows. */
	UFUNCTION(BlueprintCallable, Category = "Sample")
	void CheerUp();

private:
	int32 NextLine = 0;
};
