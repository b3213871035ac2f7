// A model of CSTalk as an asset: which file, and what runs it.
#pragma once

#include "CoreMinimal.h"
#include "CSTalkTypes.h"
#include "Engine/DataAsset.h"
#include "CSTalkModelAsset.generated.h"

/** What a model says about itself; empty with a Problem when it cannot be read. */
USTRUCT(BlueprintType)
struct CSTALK_API FCSTalkModelCard
{
	GENERATED_BODY()

	UPROPERTY(VisibleAnywhere, BlueprintReadOnly, Category = "Model")
	FString Name;
	UPROPERTY(VisibleAnywhere, BlueprintReadOnly, Category = "Model")
	FString Version;
	UPROPERTY(VisibleAnywhere, BlueprintReadOnly, Category = "Model")
	FString Description;
	UPROPERTY(VisibleAnywhere, BlueprintReadOnly, Category = "Model")
	FString Licence;
	/** True when the licence of a training corpus forbids commercial use. */
	UPROPERTY(VisibleAnywhere, BlueprintReadOnly, Category = "Model")
	bool bNonCommercial = false;
	/** Sound that must have been heard after a row's own time before the row can come out, in ms. */
	UPROPERTY(VisibleAnywhere, BlueprintReadOnly, Category = "Model", meta = (Units = "ms"))
	float LookAheadMs = 0.0f;
	UPROPERTY(VisibleAnywhere, BlueprintReadOnly, Category = "Model")
	TArray<FString> Emotions;
	UPROPERTY(VisibleAnywhere, BlueprintReadOnly, Category = "Model")
	TArray<FString> Styles;
	/** Why the card is empty. */
	UPROPERTY(VisibleAnywhere, BlueprintReadOnly, Category = "Model")
	FString Problem;
};

/** Names a model file. The file itself stays a file, so that tool, editor and game read the very same one. */
UCLASS(BlueprintType)
class CSTALK_API UCSTalkModelAsset : public UDataAsset
{
	GENERATED_BODY()

public:
	/**
	 * Stem of a file in the plugin's Content/Models ("live"), or a path of an .onnx file, relative to the project.
	 * Files outside the plugin: add their folder to "Additional Non-Asset Directories to Copy" in the packaging settings.
	 */
	UPROPERTY(EditAnywhere, BlueprintReadOnly, Category = "Model")
	FString Model = TEXT("live");

	UPROPERTY(EditAnywhere, BlueprintReadOnly, Category = "Model")
	ECSTalkProvider Provider = ECSTalkProvider::Embedded;

	/** Reads the file on first use (milliseconds), then answers from memory. */
	UFUNCTION(BlueprintCallable, Category = "CSTalk")
	FCSTalkModelCard ReadCard() const;

	/** Path and provider of an asset; those of the project settings for null. */
	static void Resolve(const UCSTalkModelAsset* Asset, FString& OutAbsolutePath, ECSTalkProvider& OutProvider);
};
