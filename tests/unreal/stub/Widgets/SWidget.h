// Declarations for type-checking, not the engine's file. Module SlateCore; facts in signatures.csv.
#pragma once

#include "Widgets/DeclarativeSyntaxSupport.h"

class SWidget : public TSharedFromThis<SWidget>
{
public:
	virtual ~SWidget();
};
/** What every widget takes. */
template <typename WidgetArgs>
struct TSlateBaseNamedArgs
{
	using WidgetArgsType = WidgetArgs;
	CST_SLATE_ATTRIBUTE(FText, ToolTipText)
	CST_SLATE_ATTRIBUTE(bool, IsEnabled)
};
