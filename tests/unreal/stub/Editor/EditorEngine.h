// Declarations for type-checking, not the engine's file. Module UnrealEd; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

class SWindow;
class USelection;

class UEditorEngine : public UObject
{
	CST_ENGINE_CLASS(UEditorEngine, UObject)
	USelection* GetSelectedActors() const;
	int32 BeginTransaction(const FText& Description);
	int32 EndTransaction();
	void EditorAddModalWindow(TSharedRef<SWindow> InWindow) const;
};
