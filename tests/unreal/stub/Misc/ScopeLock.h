// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "HAL/CriticalSection.h"

class FScopeLock
{
public:
	explicit FScopeLock(FCriticalSection* InSynchObject);
	~FScopeLock();
};
