// Declarations for type-checking, not the engine's file. Module AssetRegistry; facts in signatures.csv.
#pragma once

#include "AssetRegistry/ARFilter.h"
#include "AssetRegistry/AssetData.h"

class IAssetRegistry
{
public:
	virtual ~IAssetRegistry();
	virtual void SearchAllAssets(bool bSynchronousSearch) = 0;
	virtual bool GetAssets(const FARFilter& Filter, TArray<FAssetData>& OutAssetData, bool bSkipARFilteredAssets = true) const = 0;
};
