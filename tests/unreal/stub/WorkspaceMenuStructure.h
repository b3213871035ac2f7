// Declarations for type-checking, not the engine's file. Module WorkspaceMenuStructure; facts in signatures.csv.
#pragma once

#include "CoreMinimal.h"

class FWorkspaceItem;

class IWorkspaceMenuStructure
{
public:
	virtual ~IWorkspaceMenuStructure();
	virtual TSharedRef<FWorkspaceItem> GetToolsCategory() const = 0;
};
