// Project settings: Project Settings > Plugins > CSTalk.
#pragma once

#include "CoreMinimal.h"
#include "CSTalkTypes.h"
#include "Engine/DeveloperSettings.h"
#include "CSTalkSettings.generated.h"

class UCSTalkModelAsset;

UCLASS(Config = Game, DefaultConfig, meta = (DisplayName = "CSTalk"))
class CSTALK_API UCSTalkSettings : public UDeveloperSettings
{
	GENERATED_BODY()

public:
	virtual FName GetCategoryName() const override;

	/** Model of components and bakes that name none: the stem of a file in the plugin's Content/Models, or an absolute path. */
	UPROPERTY(Config, EditAnywhere, Category = "Models")
	FString DefaultModel = TEXT("live");

	/** What runs models that do not say otherwise. */
	UPROPERTY(Config, EditAnywhere, Category = "Models")
	ECSTalkProvider DefaultProvider = ECSTalkProvider::Embedded;

	/** Threads that run all live voices of a model together; 0 chooses by the machine. Read when the first voice starts. */
	UPROPERTY(Config, EditAnywhere, Category = "Live", meta = (ClampMin = "0", ClampMax = "16"))
	int32 LiveWorkerCount = 0;

	/**
	 * How long after its sound a live face is shown, in ms; whoever plays the voice plays it as much later. Larger rides
	 * over late workers, 0 always shows the newest face, -1 takes the model's look-ahead and one hop.
	 */
	UPROPERTY(Config, EditAnywhere, Category = "Live", meta = (ClampMin = "-1", ClampMax = "2000", Units = "ms"))
	float LiveDelayMs = -1.0f;

	/** Absolute path of a model: that of a bare name lies in Content/Models. */
	static FString ResolveModelPath(const FString& NameOrPath);
};
