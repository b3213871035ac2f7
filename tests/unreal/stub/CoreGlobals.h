// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "CoreTypes.h"

extern bool GIsEditor;
extern uint64 GFrameCounter;
bool IsRunningCommandlet();
bool IsInGameThread();
