// Declarations for type-checking, not the engine's file. Module AssetTools; facts in signatures.csv.
#pragma once

#include "IAssetTools.h"
#include "Modules/ModuleInterface.h"

class FAssetToolsModule : public IModuleInterface
{
public:
	virtual IAssetTools& Get() const;
};
