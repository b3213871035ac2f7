// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "Modules/ModuleInterface.h"
#include "UObject/NameTypes.h"

class FDefaultModuleImpl : public IModuleInterface {};

class FModuleManager
{
public:
	static FModuleManager& Get();
	template <typename T> static T& LoadModuleChecked(const FName InModuleName);
	template <typename T> static T* GetModulePtr(const FName InModuleName);
};
#define IMPLEMENT_MODULE(Class, Name) \
	static_assert(std::is_base_of_v<IModuleInterface, Class>); \
	IModuleInterface* Make##Name##Module() { return new Class; }
