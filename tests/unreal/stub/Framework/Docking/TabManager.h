// Declarations for type-checking, not the engine's file. Module Slate; facts in signatures.csv.
#pragma once

#include "CoreMinimal.h"
#include "Delegates/Delegate.h"
#include "Misc/Attribute.h"
#include "Textures/SlateIcon.h"

class FWorkspaceItem;
class SDockTab;
class FSpawnTabArgs {};
using FOnSpawnTab = TDelegate<TSharedRef<SDockTab>(const FSpawnTabArgs&)>;

struct FTabId
{
	FTabId(const FName InTabType);
};
struct FTabSpawnerEntry
{
	FTabSpawnerEntry& SetDisplayName(const TAttribute<FText>& InLegibleName);
	FTabSpawnerEntry& SetTooltipText(const TAttribute<FText>& InTooltipText);
	FTabSpawnerEntry& SetGroup(const TSharedRef<FWorkspaceItem>& InGroup);
	FTabSpawnerEntry& SetIcon(const FSlateIcon& InIcon);
};
class FGlobalTabmanager
{
public:
	static const TSharedRef<FGlobalTabmanager>& Get();
	FTabSpawnerEntry& RegisterNomadTabSpawner(const FName TabId, const FOnSpawnTab& OnSpawnTab);
	void UnregisterNomadTabSpawner(const FName TabId);
	TSharedPtr<SDockTab> TryInvokeTab(const FTabId& TabId);
};
