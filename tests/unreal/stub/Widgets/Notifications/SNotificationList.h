// Declarations for type-checking, not the engine's file. Module Slate; facts in signatures.csv.
#pragma once

#include "Widgets/SWidget.h"

class SNotificationItem : public SWidget {};
struct FNotificationInfo
{
	explicit FNotificationInfo(const FText& InText);
	float ExpireDuration;
};
