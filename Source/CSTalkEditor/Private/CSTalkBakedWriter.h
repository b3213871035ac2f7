// Writes baked curves into an asset that the CSTalk component plays.
#pragma once

#include "CoreMinimal.h"

class UCSTalkBakedAnimation;
class USoundBase;
struct FCSTalkBakeResult;

namespace CSTalkEditor
{
	/** Makes the asset, or fills the one of that name again; null with OutProblem. Game thread. */
	UCSTalkBakedAnimation* WriteBakedAnimation(const FString& Folder, const FString& Name, USoundBase* Sound, const FCSTalkBakeResult& Baked,
		float Tolerance, FString& OutProblem);
}
