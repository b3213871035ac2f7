#include "CSTalkMenus.h"

#include "Animation/AnimSequence.h"
#include "ContentBrowserMenuContexts.h"
#include "CSTalkBakeJob.h"
#include "CSTalkBakeOptions.h"
#include "SCSTalkBakeDialog.h"
#include "Sound/SoundWave.h"
#include "Styling/AppStyle.h"
#include "Textures/SlateIcon.h"
#include "ToolMenus.h"
#include "UObject/Class.h"

#define LOCTEXT_NAMESPACE "CSTalkMenus"

namespace
{
	const FName OwnerName(TEXT("CSTalkEditor"));

	void BakeSelectedSounds(const FToolMenuContext& Menu)
	{
		const UContentBrowserAssetContextMenuContext* Context = UContentBrowserAssetContextMenuContext::FindContextWithAssets(Menu);
		UCSTalkBakeOptions* Options = GetMutableDefault<UCSTalkBakeOptions>();
		if (Context == nullptr || !CSTalkEditor::AskBakeOptions(*Options))
		{
			return;
		}
		TArray<FCSTalkBakeItem> Items;
		for (USoundWave* Sound : Context->LoadSelectedObjects<USoundWave>())
		{
			Items.Add({Sound, FString()});
		}
		CSTalkEditor::Announce(CSTalkEditor::BakeAll(Items, *Options));
	}

	void BakeSelectedAgain(const FToolMenuContext& Menu, bool bKeepHandEdits)
	{
		if (const UContentBrowserAssetContextMenuContext* Context = UContentBrowserAssetContextMenuContext::FindContextWithAssets(Menu))
		{
			CSTalkEditor::Announce(CSTalkEditor::BakeAgain(Context->LoadSelectedObjects<UAnimSequence>(), bKeepHandEdits));
		}
	}

	void AddSoundEntries(FToolMenuSection& Section)
	{
		const TAttribute<FText> Label = LOCTEXT("BakeSound", "Bake Face Curves (CSTalk)...");
		const TAttribute<FText> Tooltip = LOCTEXT("BakeSoundTooltip", "Makes face curves from the selected sounds");
		Section.AddMenuEntry(TEXT("CSTalk_BakeSound"), Label, Tooltip, FSlateIcon(FAppStyle::GetAppStyleSetName(), "ClassIcon.AnimSequence"),
			FToolMenuExecuteAction::CreateStatic(&BakeSelectedSounds));
	}

	void AddSequenceEntries(FToolMenuSection& Section)
	{
		const FSlateIcon Icon(FAppStyle::GetAppStyleSetName(), "ClassIcon.AnimSequence");
		const TAttribute<FText> AgainLabel = LOCTEXT("BakeAgain", "Bake Face Curves Again (CSTalk)");
		const TAttribute<FText> AgainTooltip = LOCTEXT("BakeAgainTooltip",
			"Bakes the selected animations again from their records; curves that you edited by hand stay");
		Section.AddMenuEntry(TEXT("CSTalk_BakeAgain"), AgainLabel, AgainTooltip, Icon,
			FToolMenuExecuteAction::CreateLambda([](const FToolMenuContext& Menu) { BakeSelectedAgain(Menu, true); }));
		const TAttribute<FText> FreshLabel = LOCTEXT("BakeFresh", "Bake Face Curves Again, Dropping Hand Edits (CSTalk)");
		const TAttribute<FText> FreshTooltip = LOCTEXT("BakeFreshTooltip", "Bakes the selected animations again and replaces what was edited by hand");
		Section.AddMenuEntry(TEXT("CSTalk_BakeFresh"), FreshLabel, FreshTooltip, Icon,
			FToolMenuExecuteAction::CreateLambda([](const FToolMenuContext& Menu) { BakeSelectedAgain(Menu, false); }));
	}

	void ExtendMenus()
	{
		const FToolMenuOwnerScoped Owner(OwnerName);
		UE::ContentBrowser::ExtendToolMenu_AssetContextMenu(USoundWave::StaticClass())->FindOrAddSection(TEXT("GetAssetActions"))
			.AddDynamicEntry(TEXT("CSTalkSound"), FNewToolMenuSectionDelegate::CreateStatic(&AddSoundEntries));
		UE::ContentBrowser::ExtendToolMenu_AssetContextMenu(UAnimSequence::StaticClass())->FindOrAddSection(TEXT("GetAssetActions"))
			.AddDynamicEntry(TEXT("CSTalkSequence"), FNewToolMenuSectionDelegate::CreateStatic(&AddSequenceEntries));
	}
}

void CSTalkEditor::RegisterMenus()
{
	UToolMenus::RegisterStartupCallback(FSimpleMulticastDelegate::FDelegate::CreateStatic(&ExtendMenus));
}

void CSTalkEditor::UnregisterMenus()
{
	UToolMenus::UnregisterOwner(OwnerName);
}

#undef LOCTEXT_NAMESPACE
