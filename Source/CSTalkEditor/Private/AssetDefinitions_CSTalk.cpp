#include "AssetDefinitions_CSTalk.h"

#include "CSTalkBakedAnimation.h"
#include "CSTalkEmotionTrack.h"
#include "CSTalkModelAsset.h"

#define LOCTEXT_NAMESPACE "CSTalkAssets"

namespace
{
	const FLinearColor AssetColor(0.10f, 0.42f, 0.45f);

	TConstArrayView<FAssetCategoryPath> AnimationCategory()
	{
		static const FAssetCategoryPath Categories[] = {EAssetCategoryPaths::Animation};
		return Categories;
	}
}

FText UAssetDefinition_CSTalkModel::GetAssetDisplayName() const
{
	return LOCTEXT("Model", "CSTalk Model");
}

FLinearColor UAssetDefinition_CSTalkModel::GetAssetColor() const
{
	return AssetColor;
}

TSoftClassPtr<UObject> UAssetDefinition_CSTalkModel::GetAssetClass() const
{
	return UCSTalkModelAsset::StaticClass();
}

TConstArrayView<FAssetCategoryPath> UAssetDefinition_CSTalkModel::GetAssetCategories() const
{
	return AnimationCategory();
}

FText UAssetDefinition_CSTalkBakedAnimation::GetAssetDisplayName() const
{
	return LOCTEXT("Baked", "CSTalk Baked Animation");
}

FLinearColor UAssetDefinition_CSTalkBakedAnimation::GetAssetColor() const
{
	return AssetColor;
}

TSoftClassPtr<UObject> UAssetDefinition_CSTalkBakedAnimation::GetAssetClass() const
{
	return UCSTalkBakedAnimation::StaticClass();
}

TConstArrayView<FAssetCategoryPath> UAssetDefinition_CSTalkBakedAnimation::GetAssetCategories() const
{
	return AnimationCategory();
}

FText UAssetDefinition_CSTalkEmotionTrack::GetAssetDisplayName() const
{
	return LOCTEXT("Track", "CSTalk Emotion Track");
}

FLinearColor UAssetDefinition_CSTalkEmotionTrack::GetAssetColor() const
{
	return AssetColor;
}

TSoftClassPtr<UObject> UAssetDefinition_CSTalkEmotionTrack::GetAssetClass() const
{
	return UCSTalkEmotionTrack::StaticClass();
}

TConstArrayView<FAssetCategoryPath> UAssetDefinition_CSTalkEmotionTrack::GetAssetCategories() const
{
	return AnimationCategory();
}

#undef LOCTEXT_NAMESPACE
