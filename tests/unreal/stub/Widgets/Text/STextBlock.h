// Declarations for type-checking, not the engine's file. Module Slate; facts in signatures.csv.
#pragma once

#include "Fonts/SlateFontInfo.h"
#include "Widgets/SWidget.h"

class STextBlock : public SWidget
{
public:
	struct FArguments : TSlateBaseNamedArgs<FArguments>
	{
		CST_SLATE_ATTRIBUTE(FText, Text)
		CST_SLATE_ATTRIBUTE(FSlateFontInfo, Font)
		CST_SLATE_ATTRIBUTE(bool, AutoWrapText)
	};
};
