// Declarations for type-checking, not the engine's file. Module WorkspaceMenuStructure; facts in signatures.csv.
#pragma once

class IWorkspaceMenuStructure;

namespace WorkspaceMenu
{
	const IWorkspaceMenuStructure& GetMenuStructure();
}
