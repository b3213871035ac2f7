// Settings of a CSTalk source, shown in the Live Link panel and saved in Live Link presets.
#pragma once

#include "CoreMinimal.h"
#include "CSTalkTypes.h"
#include "LiveLinkSourceSettings.h"
#include "CSTalkLiveLinkSettings.generated.h"

UCLASS()
class CSTALK_API UCSTalkLiveLinkSettings : public ULiveLinkSourceSettings
{
	GENERATED_BODY()

public:
	/** Microphone to open; the system's default when empty. */
	UPROPERTY(EditAnywhere, Category = "CSTalk", meta = (GetOptions = "ListMicrophones"))
	FString Microphone;

	/** Name of the subject that MetaHumans choose. */
	UPROPERTY(EditAnywhere, Category = "CSTalk")
	FName Subject = TEXT("CSTalk");

	UPROPERTY(EditAnywhere, Category = "CSTalk", meta = (ShowOnlyInnerProperties))
	FCSTalkPerformance Performance;

	UFUNCTION()
	TArray<FString> ListMicrophones() const;
};
