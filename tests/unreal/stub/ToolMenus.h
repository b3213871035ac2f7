// Declarations for type-checking, not the engine's file. Module ToolMenus; facts in signatures.csv.
#pragma once

#include "ToolMenuSection.h"
#include "UObject/Object.h"

struct FToolMenuOwner
{
	FToolMenuOwner(const FName InValue);
};
struct FToolMenuOwnerScoped
{
	FToolMenuOwnerScoped(const FToolMenuOwner InOwner);
	~FToolMenuOwnerScoped();
};
class UToolMenu : public UObject
{
	CST_ENGINE_CLASS(UToolMenu, UObject)
	FToolMenuSection& FindOrAddSection(const FName SectionName);
};
class UToolMenus : public UObject
{
	CST_ENGINE_CLASS(UToolMenus, UObject)
	static FDelegateHandle RegisterStartupCallback(const FSimpleMulticastDelegate::FDelegate& InDelegate);
	static void UnregisterOwner(FToolMenuOwner Owner);
};
