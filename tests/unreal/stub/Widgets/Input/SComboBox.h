// Declarations for type-checking, not the engine's file. Module Slate; facts in signatures.csv.
#pragma once

#include "Types/SlateEnums.h"
#include "Widgets/SWidget.h"

template <typename OptionType>
class SComboBox : public SWidget
{
public:
	struct FArguments : TSlateBaseNamedArgs<FArguments>
	{
		using WidgetArgsType = FArguments;
		CST_SLATE_ARGUMENT(const TArray<OptionType>*, OptionsSource)
		CST_SLATE_EVENT(TSharedRef<SWidget>, OnGenerateWidget, OptionType)
		CST_SLATE_EVENT(void, OnSelectionChanged, OptionType, ESelectInfo::Type)
		CST_SLATE_CONTENT
	};
	void RefreshOptions();
};
