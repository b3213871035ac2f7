// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "Templates/SubclassOf.h"
#include "UObject/Object.h"

class USkeleton;
class UAssetUserData;

class UAnimationAsset : public UObject
{
	CST_ENGINE_CLASS(UAnimationAsset, UObject)
	void SetSkeleton(USkeleton* NewSkeleton);
	virtual void AddAssetUserData(UAssetUserData* InUserData);
	virtual UAssetUserData* GetAssetUserDataOfClass(TSubclassOf<UAssetUserData> InUserDataClass);
};
