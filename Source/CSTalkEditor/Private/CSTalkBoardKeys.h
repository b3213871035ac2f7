// Keys on the face board's Control Rig in Sequencer.
#pragma once

#include "CoreMinimal.h"

struct FCSTalkBakeResult;

namespace CSTalkEditor
{
	/**
	 * Sets keys of board curves on the Control Rig of the Level Sequence that is open, from its start: one-dimensional
	 * controls as floats, two-dimensional ones ("CTRL_C_jaw.tx" and ".ty") together. False with OutProblem when no
	 * sequence is open or none of its rigs has the board's controls.
	 */
	bool KeyBoard(const FCSTalkBakeResult& Baked, FString& OutProblem);
}
