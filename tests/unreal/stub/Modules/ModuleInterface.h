// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

class IModuleInterface
{
public:
	virtual ~IModuleInterface();
	virtual void StartupModule();
	virtual void ShutdownModule();
};
