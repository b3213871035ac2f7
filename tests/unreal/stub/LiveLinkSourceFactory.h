// Declarations for type-checking, not the engine's file. Module LiveLinkInterface; facts in signatures.csv.
#pragma once

#include "CoreMinimal.h"
#include "UObject/Object.h"

class ILiveLinkSource;

class ULiveLinkSourceFactory : public UObject
{
	CST_ENGINE_CLASS(ULiveLinkSourceFactory, UObject)
	enum class EMenuType { SubPanel, MenuEntry, Disabled };
	virtual FText GetSourceDisplayName() const = 0;
	virtual FText GetSourceTooltip() const = 0;
	virtual EMenuType GetMenuType() const;
	virtual TSharedPtr<ILiveLinkSource> CreateSource(const FString& ConnectionString) const;
};
