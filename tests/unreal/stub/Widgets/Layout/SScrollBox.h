// Declarations for type-checking, not the engine's file. Module Slate; facts in signatures.csv.
#pragma once

#include "Layout/Margin.h"
#include "Widgets/SWidget.h"

class SScrollBox : public SWidget
{
public:
	struct FSlot
	{
		FSlot& Padding(float Uniform);
		FSlot& operator[](const TSharedRef<SWidget>& Content);
	};
	static FSlot Slot();
	struct FArguments : TSlateBaseNamedArgs<FArguments>
	{
		FArguments& operator+(const FSlot& Slot);
	};
};
