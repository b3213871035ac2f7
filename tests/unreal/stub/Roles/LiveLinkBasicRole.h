// Declarations for type-checking, not the engine's file. Module LiveLinkInterface; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

class ULiveLinkRole : public UObject
{
	CST_ENGINE_CLASS(ULiveLinkRole, UObject)
};
class ULiveLinkBasicRole : public ULiveLinkRole
{
	CST_ENGINE_CLASS(ULiveLinkBasicRole, ULiveLinkRole)
};
