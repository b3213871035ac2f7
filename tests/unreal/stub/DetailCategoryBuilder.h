// Declarations for type-checking, not the engine's file. Module PropertyEditor; facts in signatures.csv.
#pragma once

#include "CoreMinimal.h"

class FDetailWidgetRow;

class IDetailCategoryBuilder
{
public:
	virtual ~IDetailCategoryBuilder();
	virtual FDetailWidgetRow& AddCustomRow(const FText& FilterString, bool bForAdvanced = false) = 0;
};
