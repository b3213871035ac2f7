// Declarations for type-checking, not the engine's file. Module AssetRegistry; facts in signatures.csv.
#pragma once

#include "Modules/ModuleInterface.h"

class IAssetRegistry;

class FAssetRegistryModule : public IModuleInterface
{
public:
	virtual IAssetRegistry& Get() const;
};
