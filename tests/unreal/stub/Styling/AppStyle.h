// Declarations for type-checking, not the engine's file. Module SlateCore; facts in signatures.csv.
#pragma once

#include "UObject/NameTypes.h"

class FAppStyle
{
public:
	static const FName GetAppStyleSetName();
};
