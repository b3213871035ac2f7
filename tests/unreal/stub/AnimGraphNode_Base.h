// Declarations for type-checking, not the engine's file. Module AnimGraph; facts in signatures.csv.
#pragma once

#include "K2Node.h"

class UAnimGraphNode_Base : public UK2Node
{
	CST_ENGINE_CLASS(UAnimGraphNode_Base, UK2Node)
};
