// Presets: performances as small JSON files, shipped in Content/Presets, your own in the project's Content/CSTalk/Presets.
#pragma once

#include "CoreMinimal.h"
#include "CSTalkTypes.h"
#include "Kismet/BlueprintFunctionLibrary.h"
#include "CSTalkPresets.generated.h"

UCLASS()
class CSTALK_API UCSTalkPresets : public UBlueprintFunctionLibrary
{
	GENERATED_BODY()

public:
	/** Names of all presets, the project's and the plugin's, in alphabetical order. */
	UFUNCTION(BlueprintCallable, Category = "CSTalk|Presets")
	static TArray<FString> ListPresets();

	/** Reads a preset. False, with the reason in the log, when it is missing or no valid preset. */
	UFUNCTION(BlueprintCallable, Category = "CSTalk|Presets")
	static bool LoadPreset(const FString& Name, FCSTalkPerformance& OutPerformance);

	/** Writes a preset of the project, replacing one of that name. False, with the reason in the log, on failure. */
	UFUNCTION(BlueprintCallable, Category = "CSTalk|Presets")
	static bool SavePreset(const FString& Name, const FCSTalkPerformance& Performance);
};
