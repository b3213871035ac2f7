// Declarations for type-checking, not the engine's file. Module AssetDefinition; facts in signatures.csv.
#pragma once

#include "CoreMinimal.h"
#include "UObject/Object.h"
#include "UObject/SoftObjectPtr.h"

struct FAssetCategoryPath
{
	FAssetCategoryPath(FText InCategory);
};
struct EAssetCategoryPaths
{
	static FAssetCategoryPath Animation;
	static FAssetCategoryPath Misc;
};
class UAssetDefinition : public UObject
{
	CST_ENGINE_CLASS(UAssetDefinition, UObject)
	virtual FText GetAssetDisplayName() const = 0;
	virtual TSoftClassPtr<UObject> GetAssetClass() const = 0;
	virtual FLinearColor GetAssetColor() const = 0;
	virtual TConstArrayView<FAssetCategoryPath> GetAssetCategories() const = 0;
};
