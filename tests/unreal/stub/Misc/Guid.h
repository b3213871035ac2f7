// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

struct FGuid
{
	FGuid();
};
