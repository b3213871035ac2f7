// Declarations for type-checking, not the engine's file. Module ContentBrowser; facts in signatures.csv.
#pragma once

#include "ToolMenus.h"

class UContentBrowserAssetContextMenuContext : public UObject
{
	CST_ENGINE_CLASS(UContentBrowserAssetContextMenuContext, UObject)
	static const UContentBrowserAssetContextMenuContext* FindContextWithAssets(const FToolMenuContext& Context);
	static const UContentBrowserAssetContextMenuContext* FindContextWithAssets(const FToolMenuSection& Section);
	template <typename T> TArray<T*> LoadSelectedObjects() const;
};
namespace UE::ContentBrowser
{
	UToolMenu* ExtendToolMenu_AssetContextMenu(UClass* AssetClass);
}
