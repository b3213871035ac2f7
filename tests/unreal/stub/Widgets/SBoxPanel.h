// Declarations for type-checking, not the engine's file. Module SlateCore; facts in signatures.csv.
#pragma once

#include "Layout/Margin.h"
#include "Types/SlateEnums.h"
#include "Widgets/SWidget.h"

class SBoxPanel : public SWidget
{
public:
	template <typename Slot>
	struct TSlotArguments
	{
		Slot& Padding(float Uniform);
		Slot& HAlign(EHorizontalAlignment Alignment);
		Slot& VAlign(EVerticalAlignment Alignment);
		Slot& operator[](const TSharedRef<SWidget>& Content);
	};
};
class SHorizontalBox : public SBoxPanel
{
public:
	struct FSlot : TSlotArguments<FSlot>
	{
		FSlot& AutoWidth();
		FSlot& FillWidth(float Share);
	};
	static FSlot Slot();
	FSlot AddSlot();
	struct FArguments : TSlateBaseNamedArgs<FArguments>
	{
		FArguments& operator+(const FSlot& Slot);
	};
};
class SVerticalBox : public SBoxPanel
{
public:
	struct FSlot : TSlotArguments<FSlot>
	{
		FSlot& AutoHeight();
		FSlot& FillHeight(float Share);
	};
	static FSlot Slot();
	FSlot AddSlot();
	struct FArguments : TSlateBaseNamedArgs<FArguments>
	{
		FArguments& operator+(const FSlot& Slot);
	};
};
