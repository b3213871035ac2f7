// Declarations for type-checking, not the engine's file. Module AssetTools; facts in signatures.csv.
#pragma once

#include "CoreMinimal.h"

class UFactory;

class IAssetTools
{
public:
	virtual ~IAssetTools();
	virtual void CreateUniqueAssetName(const FString& InBasePackageName, const FString& InSuffix, FString& OutPackageName, FString& OutAssetName) = 0;
	virtual UObject* CreateAsset(const FString& AssetName, const FString& PackagePath, UClass* AssetClass, UFactory* Factory, FName CallingContext = NAME_None) = 0;
};
