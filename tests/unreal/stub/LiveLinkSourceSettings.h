// Declarations for type-checking, not the engine's file. Module LiveLinkInterface; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

class ULiveLinkSourceSettings : public UObject
{
	CST_ENGINE_CLASS(ULiveLinkSourceSettings, UObject)
};
