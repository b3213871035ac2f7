// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

namespace ENodeTitleType
{
	enum Type : int { FullTitle, ListView, EditableTitle, MenuTitle, MAX_TitleTypes };
}
class UEdGraphNode : public UObject
{
	CST_ENGINE_CLASS(UEdGraphNode, UObject)
	virtual FText GetNodeTitle(ENodeTitleType::Type TitleType) const;
	virtual FText GetTooltipText() const;
	virtual FLinearColor GetNodeTitleColor() const;
};
