// Presets: performances as JSON files that `cstalk studio` and `cstalk animate --preset` share with the plugin.
#pragma once

#include "CoreMinimal.h"
#include "CSTalkTypes.h"
#include "Kismet/BlueprintFunctionLibrary.h"
#include "CSTalkPresets.generated.h"

class UCSTalkEmotionTrack;

/**
 * Files NAME.json, or NAME.cstalk.json as the studio saves them: your own in the project's Content/CSTalk/Presets, those that come
 * along in the plugin's Content/Presets. The project's come first, and NAME.json before NAME.cstalk.json.
 */
UCLASS()
class CSTALK_API UCSTalkPresets : public UBlueprintFunctionLibrary
{
	GENERATED_BODY()

public:
	/** Names of all presets, the project's and the plugin's, in alphabetical order. */
	UFUNCTION(BlueprintCallable, Category = "CSTalk|Presets")
	static TArray<FString> ListPresets();

	/**
	 * Reads a preset. What a performance has no place for is left out and named in the log: emotion over time (LoadPresetTrack
	 * gives it), an emotion heard in the voice, names that the plugin does not know. False, with the reason in the log, when the
	 * preset is missing or none.
	 */
	UFUNCTION(BlueprintCallable, Category = "CSTalk|Presets")
	static bool LoadPreset(const FString& Name, FCSTalkPerformance& OutPerformance);

	/**
	 * The emotion over time of a preset as a new emotion track; none when the preset has no such emotion, or, with the reason in the
	 * log, cannot be read. Outer: the object that the track belongs to.
	 */
	UFUNCTION(BlueprintCallable, Category = "CSTalk|Presets", meta = (DefaultToSelf = "Outer"))
	static UCSTalkEmotionTrack* LoadPresetTrack(const FString& Name, UObject* Outer);

	/**
	 * Writes a preset NAME.json of the project, replacing one of that file name. False, with the reason in the log, on failure: no
	 * name, a value out of range, a folder that cannot be written.
	 */
	UFUNCTION(BlueprintCallable, Category = "CSTalk|Presets")
	static bool SavePreset(const FString& Name, const FCSTalkPerformance& Performance);

	/** As LoadPreset, with emotion over time as the text of an emotion curve; empty without it. */
	static bool ReadPreset(const FString& Name, FCSTalkPerformance& OutPerformance, FString& OutEmotionCsv);
};
