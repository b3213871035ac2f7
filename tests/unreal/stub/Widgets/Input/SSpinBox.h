// Declarations for type-checking, not the engine's file. Module Slate; facts in signatures.csv.
#pragma once

#include "Widgets/SWidget.h"

template <typename NumericType>
class SSpinBox : public SWidget
{
public:
	struct FArguments : TSlateBaseNamedArgs<FArguments>
	{
		using WidgetArgsType = FArguments;
		CST_SLATE_ATTRIBUTE(NumericType, Value)
		CST_SLATE_ATTRIBUTE(NumericType, MinValue)
		CST_SLATE_ATTRIBUTE(NumericType, MaxValue)
		CST_SLATE_EVENT(void, OnValueChanged, NumericType)
		CST_SLATE_EVENT(void, OnBeginSliderMovement)
		CST_SLATE_EVENT(void, OnEndSliderMovement, NumericType)
	};
};
