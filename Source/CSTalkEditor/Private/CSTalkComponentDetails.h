// The component's details: its state, what it costs, and the way to the panel.
#pragma once

#include "CoreMinimal.h"
#include "IDetailCustomization.h"

class UCSTalkComponent;

class FCSTalkComponentDetails : public IDetailCustomization
{
public:
	static TSharedRef<IDetailCustomization> MakeInstance();

	//~ IDetailCustomization
	virtual void CustomizeDetails(IDetailLayoutBuilder& DetailBuilder) override;

private:
	FText StateText() const;

	TWeakObjectPtr<UCSTalkComponent> Component;
};
