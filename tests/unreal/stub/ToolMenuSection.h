// Declarations for type-checking, not the engine's file. Module ToolMenus; facts in signatures.csv.
#pragma once

#include "CoreMinimal.h"
#include "Delegates/Delegate.h"
#include "Misc/Attribute.h"
#include "Textures/SlateIcon.h"

struct FToolMenuContext {};
struct FToolMenuSection;
using FToolMenuExecuteAction = TDelegate<void(const FToolMenuContext&)>;
using FNewToolMenuSectionDelegate = TDelegate<void(FToolMenuSection&)>;
struct FToolMenuEntry {};

struct FToolMenuSection
{
	FToolMenuEntry& AddDynamicEntry(const FName InName, const FNewToolMenuSectionDelegate& InConstruct);
	FToolMenuEntry& AddMenuEntry(const FName InName, const TAttribute<FText>& InLabel, const TAttribute<FText>& InToolTip,
		const TAttribute<FSlateIcon>& InIcon, const FToolMenuExecuteAction& InAction);
};
