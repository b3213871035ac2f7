// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

struct FTimespan
{
	static FTimespan FromSeconds(double Seconds);
};
