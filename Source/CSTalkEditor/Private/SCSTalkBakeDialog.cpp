#include "SCSTalkBakeDialog.h"

#include "CSTalkBakeOptions.h"
#include "Editor.h"
#include "Editor/EditorEngine.h"
#include "IDetailsView.h"
#include "Modules/ModuleManager.h"
#include "PropertyEditorModule.h"
#include "Widgets/Input/SButton.h"
#include "Widgets/SBoxPanel.h"
#include "Widgets/SWindow.h"

#define LOCTEXT_NAMESPACE "CSTalkBakeDialog"

bool CSTalkEditor::AskBakeOptions(UCSTalkBakeOptions& Options)
{
	FPropertyEditorModule& PropertyEditor = FModuleManager::LoadModuleChecked<FPropertyEditorModule>(TEXT("PropertyEditor"));
	FDetailsViewArgs ViewArgs;
	ViewArgs.bAllowSearch = false;
	ViewArgs.NameAreaSettings = FDetailsViewArgs::HideNameArea;
	const TSharedRef<IDetailsView> View = PropertyEditor.CreateDetailView(ViewArgs);
	View->SetObject(&Options);

	const TSharedRef<SWindow> Window = SNew(SWindow)
		.Title(LOCTEXT("Title", "Bake face curves"))
		.ClientSize(FVector2D(520.0, 680.0))
		.SupportsMinimize(false)
		.SupportsMaximize(false);
	// The window is modal: this is alive as long as its buttons are.
	bool bAgreed = false;
	const auto Close = [&bAgreed, &Window](bool bAgree)
	{
		bAgreed = bAgree;
		Window->RequestDestroyWindow();
		return FReply::Handled();
	};
	Window->SetContent(
		SNew(SVerticalBox)
		+ SVerticalBox::Slot().FillHeight(1.0f).Padding(4.0f)
		[
			View
		]
		+ SVerticalBox::Slot().AutoHeight().HAlign(HAlign_Right).Padding(4.0f)
		[
			SNew(SHorizontalBox)
			+ SHorizontalBox::Slot().AutoWidth().Padding(2.0f)
			[
				SNew(SButton).Text(LOCTEXT("Bake", "Bake")).OnClicked_Lambda([&Close]() { return Close(true); })
			]
			+ SHorizontalBox::Slot().AutoWidth().Padding(2.0f)
			[
				SNew(SButton).Text(LOCTEXT("Back", "Cancel")).OnClicked_Lambda([&Close]() { return Close(false); })
			]
		]);
	GEditor->EditorAddModalWindow(Window);
	if (bAgreed)
	{
		Options.SaveConfig();
	}
	return bAgreed;
}

#undef LOCTEXT_NAMESPACE
