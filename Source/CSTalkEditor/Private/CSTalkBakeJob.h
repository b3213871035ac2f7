// Bakes one sound or many: progress, cancel, a word at the end.
#pragma once

#include "CoreMinimal.h"
#include "CSTalkTypes.h"

class UAnimSequence;
class UCSTalkBakeOptions;
class USoundWave;
struct FCSTalkBakeRequest;
struct FCSTalkBakeResult;

/** One sound to bake: an asset, or a file on disk. */
struct FCSTalkBakeItem
{
	USoundWave* Sound = nullptr;
	FString SoundFile;

	FString GetName() const;
};

/** What came of an item. */
struct FCSTalkBakeOutcome
{
	FString Name;
	/** The asset made or changed; null for the Control Rig and on failure. */
	UObject* Asset = nullptr;
	int32 CurveCount = 0;
	int32 PrunedCount = 0;
	int32 KeyCount = 0;
	int32 UnreducedKeyCount = 0;
	int32 KeptEditCount = 0;
	/** Empty when it went well. */
	FString Problem;
};

namespace CSTalkEditor
{
	/** Bakes the items in turn with a dialog that can be cancelled; one outcome an item that was begun. Game thread. */
	TArray<FCSTalkBakeOutcome> BakeAll(const TArray<FCSTalkBakeItem>& Items, const UCSTalkBakeOptions& Options);

	/** Bakes animations again from their own records, over what they hold. Game thread. */
	TArray<FCSTalkBakeOutcome> BakeAgain(const TArray<UAnimSequence*>& Sequences, bool bKeepHandEdits);

	/** Shows how many went well, and the problems of the others. */
	void Announce(const TArray<FCSTalkBakeOutcome>& Outcomes);
}
