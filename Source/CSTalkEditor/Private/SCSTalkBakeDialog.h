// The options of a bake, asked before it begins.
#pragma once

#include "CoreMinimal.h"

class UCSTalkBakeOptions;

namespace CSTalkEditor
{
	/** Shows the options, which remember what was chosen last; false when the person went back. Game thread. */
	bool AskBakeOptions(UCSTalkBakeOptions& Options);
}
