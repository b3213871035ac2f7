// Declarations for type-checking, not the engine's file. Module Slate; facts in signatures.csv.
#pragma once

class FSlateApplication
{
public:
	static bool IsInitialized();
};
