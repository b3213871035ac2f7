// Declarations for type-checking, not the engine's file. Module Slate; facts in signatures.csv.
#pragma once

#include "Widgets/SWidget.h"

enum ETabRole { MajorTab, PanelTab, NomadTab, DocumentTab };

class SDockTab : public SWidget
{
public:
	struct FArguments : TSlateBaseNamedArgs<FArguments>
	{
		CST_SLATE_ARGUMENT(ETabRole, TabRole)
		CST_SLATE_CONTENT
	};
};
