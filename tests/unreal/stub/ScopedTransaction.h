// Declarations for type-checking, not the engine's file. Module UnrealEd; facts in signatures.csv.
#pragma once

#include "Internationalization/Text.h"

class FScopedTransaction
{
public:
	FScopedTransaction(const FText& SessionName, const bool bShouldActuallyTransact = true);
	~FScopedTransaction();
};
