// Declarations for type-checking, not the engine's file. Module PropertyEditor; facts in signatures.csv.
#pragma once

#include "UObject/Class.h"
#include "Widgets/SCompoundWidget.h"

struct FAssetData;

class SObjectPropertyEntryBox : public SCompoundWidget
{
public:
	struct FArguments : TSlateBaseNamedArgs<FArguments>
	{
		CST_SLATE_ARGUMENT(UClass*, AllowedClass)
		CST_SLATE_ATTRIBUTE(FString, ObjectPath)
		CST_SLATE_EVENT(void, OnObjectChanged, const FAssetData&)
	};
};
