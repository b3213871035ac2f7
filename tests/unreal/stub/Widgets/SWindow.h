// Declarations for type-checking, not the engine's file. Module SlateCore; facts in signatures.csv.
#pragma once

#include "Widgets/SWidget.h"

class SWindow : public SWidget
{
public:
	struct FArguments : TSlateBaseNamedArgs<FArguments>
	{
		CST_SLATE_ATTRIBUTE(FText, Title)
		CST_SLATE_ARGUMENT(FVector2D, ClientSize)
		CST_SLATE_ARGUMENT(bool, SupportsMinimize)
		CST_SLATE_ARGUMENT(bool, SupportsMaximize)
		CST_SLATE_CONTENT
	};
	void SetContent(TSharedRef<SWidget> InContent);
	void RequestDestroyWindow();
};
