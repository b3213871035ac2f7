// Declarations for type-checking, not the engine's file. Module SlateCore; facts in signatures.csv.
#pragma once

#include "Layout/Margin.h"
#include "Widgets/SWidget.h"

class SCompoundWidget : public SWidget
{
protected:
	struct FCompoundWidgetOneChildSlot
	{
		FCompoundWidgetOneChildSlot& operator[](const TSharedRef<SWidget>& Content);
	};
	FCompoundWidgetOneChildSlot ChildSlot;
};
