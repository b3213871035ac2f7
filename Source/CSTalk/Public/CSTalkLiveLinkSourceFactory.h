// Adds "CSTalk microphone" to the sources that Live Link offers.
#pragma once

#include "CoreMinimal.h"
#include "LiveLinkSourceFactory.h"
#include "CSTalkLiveLinkSourceFactory.generated.h"

UCLASS()
class CSTALK_API UCSTalkLiveLinkSourceFactory : public ULiveLinkSourceFactory
{
	GENERATED_BODY()

public:
	virtual FText GetSourceDisplayName() const override;
	virtual FText GetSourceTooltip() const override;
	virtual EMenuType GetMenuType() const override { return EMenuType::MenuEntry; }
	virtual TSharedPtr<ILiveLinkSource> CreateSource(const FString& ConnectionString) const override;
};
