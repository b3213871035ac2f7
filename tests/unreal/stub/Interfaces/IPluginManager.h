// Declarations for type-checking, not the engine's file. Module Projects; facts in signatures.csv.
#pragma once

#include "CoreMinimal.h"

class IPlugin
{
public:
	virtual ~IPlugin();
	virtual const FString& GetBaseDir() const = 0;
};
class IPluginManager
{
public:
	static IPluginManager& Get();
	virtual ~IPluginManager();
	virtual TSharedPtr<IPlugin> FindPlugin(const TCHAR* Name) = 0;
};
