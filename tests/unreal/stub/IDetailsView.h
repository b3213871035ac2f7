// Declarations for type-checking, not the engine's file. Module PropertyEditor; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"
#include "Widgets/SCompoundWidget.h"

class IDetailsView : public SCompoundWidget
{
public:
	virtual void SetObject(UObject* InObject, bool bForceRefresh = false) = 0;
	virtual void ForceRefresh() = 0;
};
