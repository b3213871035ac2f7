// Declarations for type-checking, not the engine's file. Module PropertyEditor; facts in signatures.csv.
#pragma once

#include "CoreMinimal.h"
#include "UObject/WeakObjectPtr.h"

class IDetailLayoutBuilder;

class IDetailCustomization : public TSharedFromThis<IDetailCustomization>
{
public:
	virtual ~IDetailCustomization();
	virtual void CustomizeDetails(IDetailLayoutBuilder& DetailBuilder) = 0;
};
