// Curves of one line, baked in the editor, for playback without an AnimSequence.
#pragma once

#include "CoreMinimal.h"
#include "CSTalkTypes.h"
#include "Curves/SimpleCurve.h"
#include "Engine/DataAsset.h"
#include "CSTalkBakedAnimation.generated.h"

class USoundBase;

/** One curve: keys with straight lines between them. */
USTRUCT()
struct CSTALK_API FCSTalkBakedCurve
{
	GENERATED_BODY()

	UPROPERTY(VisibleAnywhere, Category = "Baked")
	FName Name;
	UPROPERTY()
	FSimpleCurve Keys;
};

/** A line's face, exactly in time with its sound: time 0 is the first sample. Played by a CSTalk component. */
UCLASS(BlueprintType)
class CSTALK_API UCSTalkBakedAnimation : public UDataAsset
{
	GENERATED_BODY()

public:
	/** The sound that it was baked from; played along unless told otherwise. */
	UPROPERTY(EditAnywhere, BlueprintReadOnly, Category = "Baked")
	TObjectPtr<USoundBase> Sound;

	UPROPERTY(VisibleAnywhere, BlueprintReadOnly, Category = "Baked", meta = (Units = "s"))
	float DurationSeconds = 0.0f;

	/** Curves that move; those that stay at 0 are left out. MetaHuman names. */
	UPROPERTY(VisibleAnywhere, Category = "Baked")
	TArray<FCSTalkBakedCurve> Curves;

	/** No curve differs from the unreduced one by more than this. */
	UPROPERTY(VisibleAnywhere, BlueprintReadOnly, Category = "Baked")
	float Tolerance = 0.0f;

	/** Number of keys of all curves: what the asset costs. */
	UFUNCTION(BlueprintCallable, Category = "CSTalk")
	int32 CountKeys() const;
};
