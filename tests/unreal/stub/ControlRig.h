// Declarations for type-checking, not the engine's file. Module ControlRig; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

class URigHierarchy;

class UControlRig : public UObject
{
	CST_ENGINE_CLASS(UControlRig, UObject)
	URigHierarchy* GetHierarchy();
};
