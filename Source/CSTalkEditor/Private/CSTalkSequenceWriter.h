// Writes baked curves into an AnimSequence and keeps what a person changed there.
#pragma once

#include "CoreMinimal.h"
#include "CSTalkTypes.h"

class UAnimSequence;
class UCSTalkBakeRecord;
class USkeleton;
struct FCSTalkBakeResult;

namespace CSTalkEditor
{
	/** The record of the last bake on an animation; null when it was not baked by CSTalk. */
	UCSTalkBakeRecord* FindRecord(const UAnimSequence& Sequence);
	UCSTalkBakeRecord& FindOrAddRecord(UAnimSequence& Sequence);

	/**
	 * Names of the curves that differ from what the last bake wrote: changed, added or removed by hand. Empty without
	 * a record.
	 */
	TArray<FName> FindEditedCurves(const UAnimSequence& Sequence);

	/**
	 * Replaces the sequence's length, rate and generated curves, in one undoable step. With bKeepHandEdits, curves that
	 * a person changed stay and are listed in the record. OutKept says how many. Game thread.
	 */
	bool WriteSequence(UAnimSequence& Sequence, const FCSTalkBakeResult& Baked, bool bKeepHandEdits, int32& OutKept, FString& OutProblem);

	/** A new, empty sequence beside whatever exists; null with OutProblem. Game thread. */
	UAnimSequence* CreateSequence(const FString& Folder, const FString& Name, USkeleton& Skeleton, FString& OutProblem);
}
