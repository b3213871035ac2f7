// Declarations for type-checking, not the engine's file. Module SlateCore; facts in signatures.csv.
#pragma once

#include "UObject/NameTypes.h"

struct FSlateIcon
{
	FSlateIcon();
	FSlateIcon(const FName& InStyleSetName, const FName& InStyleName);
};
