// The samples of a sound asset.
#pragma once

#include "CoreMinimal.h"

class USoundWave;
struct FCSTalkBakeRequest;

namespace CSTalkEditor
{
	/** Fills the request's samples from the sound's imported data; false with OutProblem when there are none. Game thread. */
	bool ReadSound(const USoundWave& Sound, FCSTalkBakeRequest& OutRequest, FString& OutProblem);
}
