// Declarations for type-checking, not the engine's file. Module Slate; facts in signatures.csv.
#pragma once

#include "Types/SlateEnums.h"
#include "Widgets/SWidget.h"

class SEditableTextBox : public SWidget
{
public:
	struct FArguments : TSlateBaseNamedArgs<FArguments>
	{
		CST_SLATE_ATTRIBUTE(FText, Text)
		CST_SLATE_EVENT(void, OnTextCommitted, const FText&, ETextCommit::Type)
	};
};
