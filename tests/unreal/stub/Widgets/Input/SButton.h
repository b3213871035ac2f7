// Declarations for type-checking, not the engine's file. Module Slate; facts in signatures.csv.
#pragma once

#include "Input/Reply.h"
#include "Widgets/SWidget.h"

class SButton : public SWidget
{
public:
	struct FArguments : TSlateBaseNamedArgs<FArguments>
	{
		CST_SLATE_ATTRIBUTE(FText, Text)
		CST_SLATE_EVENT(FReply, OnClicked)
		CST_SLATE_CONTENT
	};
};
