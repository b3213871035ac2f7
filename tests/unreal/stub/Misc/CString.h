// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "CoreTypes.h"

struct FCString
{
	static float Atof(const TCHAR* String);
};
