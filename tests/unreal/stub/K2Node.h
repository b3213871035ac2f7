// Declarations for type-checking, not the engine's file. Module BlueprintGraph; facts in signatures.csv.
#pragma once

#include "EdGraph/EdGraphNode.h"

class UK2Node : public UEdGraphNode
{
	CST_ENGINE_CLASS(UK2Node, UEdGraphNode)
	virtual FText GetMenuCategory() const;
};
