// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "Delegates/Delegate.h"

struct FCoreDelegates
{
#if CST_UE_MINOR < 8
	static FSimpleMulticastDelegate OnPostEngineInit;
#else
	static FSimpleMulticastDelegate& GetOnPostEngineInit();
#endif
};
