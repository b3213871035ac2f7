#include "SCSTalkEmotionPanel.h"

#include "AssetRegistry/AssetData.h"
#include "CSTalkComponent.h"
#include "CSTalkEmotionTrack.h"
#include "CSTalkPresets.h"
#include "Editor.h"
#include "Editor/EditorEngine.h"
#include "Framework/Docking/TabManager.h"
#include "GameFramework/Actor.h"
#include "IDetailsView.h"
#include "Modules/ModuleManager.h"
#include "PropertyCustomizationHelpers.h"
#include "PropertyEditorModule.h"
#include "ScopedTransaction.h"
#include "Selection.h"
#include "Styling/AppStyle.h"
#include "Templates/Casts.h"
#include "Textures/SlateIcon.h"
#include "Widgets/Docking/SDockTab.h"
#include "Widgets/Input/SButton.h"
#include "Widgets/Input/SComboBox.h"
#include "Widgets/Input/SEditableTextBox.h"
#include "Widgets/Input/SSpinBox.h"
#include "Widgets/Layout/SScrollBox.h"
#include "Widgets/SBoxPanel.h"
#include "Widgets/Text/STextBlock.h"
#include "WorkspaceMenuStructure.h"
#include "WorkspaceMenuStructureModule.h"

#define LOCTEXT_NAMESPACE "CSTalkEmotionPanel"

namespace
{
	const FName TabName(TEXT("CSTalkEmotion"));
	constexpr float MaxKeySeconds = 3600.0f;
}

void SCSTalkEmotionPanel::Construct(const FArguments& /*InArgs*/)
{
	FPropertyEditorModule& PropertyEditor = FModuleManager::LoadModuleChecked<FPropertyEditorModule>(TEXT("PropertyEditor"));
	FDetailsViewArgs ViewArgs;
	ViewArgs.bAllowSearch = false;
	ViewArgs.NameAreaSettings = FDetailsViewArgs::HideNameArea;
	TrackView = PropertyEditor.CreateDetailView(ViewArgs);
	RefreshPresets();

	const TSharedRef<SVerticalBox> Sliders = SNew(SVerticalBox);
	for (int32 EmotionIndex = 0; EmotionIndex < FCSTalkEmotion::Names().Num(); ++EmotionIndex)
	{
		Sliders->AddSlot().AutoHeight().Padding(2.0f)[MakeSlider(EmotionIndex)];
	}
	ChildSlot
	[
		SNew(SScrollBox)
		+ SScrollBox::Slot().Padding(4.0f)[MakePresetRow()]
		+ SScrollBox::Slot().Padding(4.0f)[Sliders]
		+ SScrollBox::Slot().Padding(4.0f)[MakeTrackRow()]
		+ SScrollBox::Slot().Padding(4.0f)[TrackView.ToSharedRef()]
	];
}

TSharedRef<SWidget> SCSTalkEmotionPanel::MakeSlider(int32 EmotionIndex)
{
	return SNew(SHorizontalBox)
		+ SHorizontalBox::Slot().FillWidth(0.35f).VAlign(VAlign_Center)
		[
			SNew(STextBlock).Text(FText::FromName(FCSTalkEmotion::Names()[EmotionIndex]))
		]
		+ SHorizontalBox::Slot().FillWidth(0.65f)
		[
			SNew(SSpinBox<float>)
			.MinValue(0.0f)
			.MaxValue(1.0f)
			.Value_Lambda([this, EmotionIndex]() { return Performance.Emotion.Get(EmotionIndex); })
			.OnBeginSliderMovement_Lambda([this]() { BeginChange(); })
			.OnEndSliderMovement_Lambda([this](float) { EndChange(); })
			.OnValueChanged_Lambda([this, EmotionIndex](float Weight) { SetEmotion(EmotionIndex, Weight); })
		];
}

TSharedRef<SWidget> SCSTalkEmotionPanel::MakePresetRow()
{
	return SNew(SHorizontalBox)
		+ SHorizontalBox::Slot().FillWidth(1.0f).Padding(2.0f)
		[
			SAssignNew(PresetBox, SComboBox<TSharedPtr<FString>>)
			.OptionsSource(&Presets)
			.OnGenerateWidget_Lambda([](TSharedPtr<FString> Name) { return SNew(STextBlock).Text(FText::FromString(*Name)); })
			.OnSelectionChanged_Lambda([this](TSharedPtr<FString> Name, ESelectInfo::Type) { LoadPreset(Name); })
			[
				SNew(STextBlock).Text(LOCTEXT("Preset", "Load preset"))
			]
		]
		+ SHorizontalBox::Slot().FillWidth(1.0f).Padding(2.0f)
		[
			SNew(SEditableTextBox)
			.Text_Lambda([this]() { return FText::FromString(PresetName); })
			.OnTextCommitted_Lambda([this](const FText& Text, ETextCommit::Type) { PresetName = Text.ToString(); })
		]
		+ SHorizontalBox::Slot().AutoWidth().Padding(2.0f)
		[
			SNew(SButton)
			.Text(LOCTEXT("SavePreset", "Save preset"))
			.ToolTipText(LOCTEXT("SavePresetTooltip", "Saves the sliders under this name in the project's Content/CSTalk/Presets"))
			.OnClicked(this, &SCSTalkEmotionPanel::SavePreset)
		]
		+ SHorizontalBox::Slot().AutoWidth().Padding(2.0f)
		[
			SNew(SButton)
			.Text(LOCTEXT("Take", "From selection"))
			.ToolTipText(LOCTEXT("TakeTooltip", "Sets the sliders to what the selected actor has"))
			.OnClicked(this, &SCSTalkEmotionPanel::TakeFromSelection)
		];
}

TSharedRef<SWidget> SCSTalkEmotionPanel::MakeTrackRow()
{
	return SNew(SHorizontalBox)
		+ SHorizontalBox::Slot().FillWidth(1.0f).Padding(2.0f)
		[
			SNew(SObjectPropertyEntryBox)
			.AllowedClass(UCSTalkEmotionTrack::StaticClass())
			.ObjectPath_Lambda([this]() { return TrackPath(); })
			.OnObjectChanged_Lambda([this](const FAssetData& Asset)
			{
				Track = Cast<UCSTalkEmotionTrack>(Asset.GetAsset());
				TrackView->SetObject(Track.Get());
			})
		]
		+ SHorizontalBox::Slot().AutoWidth().Padding(2.0f)
		[
			SNew(SSpinBox<float>)
			.MinValue(0.0f)
			.MaxValue(MaxKeySeconds)
			.ToolTipText(LOCTEXT("KeySeconds", "Time of the key, in seconds from the start of the sound"))
			.Value_Lambda([this]() { return KeySeconds; })
			.OnValueChanged_Lambda([this](float Seconds) { KeySeconds = Seconds; })
		]
		+ SHorizontalBox::Slot().AutoWidth().Padding(2.0f)
		[
			SNew(SButton)
			.Text(LOCTEXT("SetKey", "Set key"))
			.ToolTipText(LOCTEXT("SetKeyTooltip", "Puts the sliders on the track's curves at this time"))
			.IsEnabled_Lambda([this]() { return Track.IsValid(); })
			.OnClicked(this, &SCSTalkEmotionPanel::SetKey)
		];
}

void SCSTalkEmotionPanel::SetEmotion(int32 EmotionIndex, float Weight)
{
	Performance.Emotion.Set(EmotionIndex, Weight);
	if (OpenTransaction != INDEX_NONE)
	{
		ApplyToSelection();
		return;
	}
	// Typed, not dragged: an undo step of its own.
	BeginChange();
	ApplyToSelection();
	EndChange();
}

void SCSTalkEmotionPanel::BeginChange()
{
	OpenTransaction = GEditor->BeginTransaction(LOCTEXT("Change", "Change emotion"));
	for (UCSTalkComponent* Component : SelectedComponents())
	{
		Component->Modify();
	}
}

void SCSTalkEmotionPanel::EndChange()
{
	GEditor->EndTransaction();
	OpenTransaction = INDEX_NONE;
}

void SCSTalkEmotionPanel::ApplyToSelection() const
{
	for (UCSTalkComponent* Component : SelectedComponents())
	{
		Component->Performance.Emotion = Performance.Emotion;
	}
}

FReply SCSTalkEmotionPanel::TakeFromSelection()
{
	const TArray<UCSTalkComponent*> Components = SelectedComponents();
	if (!Components.IsEmpty())
	{
		Performance = Components[0]->Performance;
	}
	return FReply::Handled();
}

void SCSTalkEmotionPanel::LoadPreset(TSharedPtr<FString> Name)
{
	FString EmotionCsv;
	if (!Name.IsValid() || !UCSTalkPresets::ReadPreset(*Name, Performance, EmotionCsv))
	{
		return;
	}
	PresetName = *Name;
	const FScopedTransaction Transaction(LOCTEXT("LoadPreset", "Load emotion preset"));
	for (UCSTalkComponent* Component : SelectedComponents())
	{
		Component->Modify();
		Component->Performance = Performance;
	}
	if (!EmotionCsv.IsEmpty())
	{
		LoadKeys(EmotionCsv);
	}
}

void SCSTalkEmotionPanel::LoadKeys(const FString& EmotionCsv)
{
	UCSTalkEmotionTrack* Keyed = Track.Get();
	if (Keyed == nullptr)
	{
		UE_LOG(LogCSTalk, Warning, TEXT("Preset \"%s\" has emotion over time: choose an emotion track in the panel and load the preset again"), *PresetName);
		return;
	}
	Keyed->Modify();
	if (Keyed->SetFromCsv(FString::Printf(TEXT("Preset \"%s\""), *PresetName), EmotionCsv))
	{
		Keyed->MarkPackageDirty();
		TrackView->ForceRefresh();
	}
}

FReply SCSTalkEmotionPanel::SavePreset()
{
	if (UCSTalkPresets::SavePreset(PresetName, Performance))
	{
		RefreshPresets();
	}
	return FReply::Handled();
}

FReply SCSTalkEmotionPanel::SetKey()
{
	if (UCSTalkEmotionTrack* Keyed = Track.Get())
	{
		const FScopedTransaction Transaction(LOCTEXT("KeyEmotion", "Set emotion key"));
		Keyed->Modify();
		Keyed->SetKeys(KeySeconds, Performance.Emotion);
		Keyed->MarkPackageDirty();
		TrackView->ForceRefresh();
	}
	return FReply::Handled();
}

void SCSTalkEmotionPanel::RefreshPresets()
{
	Presets.Reset();
	for (const FString& Name : UCSTalkPresets::ListPresets())
	{
		Presets.Add(MakeShared<FString>(Name));
	}
	if (PresetBox.IsValid())
	{
		PresetBox->RefreshOptions();
	}
}

TArray<UCSTalkComponent*> SCSTalkEmotionPanel::SelectedComponents() const
{
	TArray<AActor*> Actors;
	GEditor->GetSelectedActors()->GetSelectedObjects<AActor>(Actors);
	TArray<UCSTalkComponent*> Components;
	for (const AActor* Actor : Actors)
	{
		if (UCSTalkComponent* Component = Actor->FindComponentByClass<UCSTalkComponent>())
		{
			Components.Add(Component);
		}
	}
	return Components;
}

FString SCSTalkEmotionPanel::TrackPath() const
{
	return Track.IsValid() ? Track->GetPathName() : FString();
}

void SCSTalkEmotionPanel::RegisterTab()
{
	FGlobalTabmanager::Get()->RegisterNomadTabSpawner(TabName, FOnSpawnTab::CreateLambda([](const FSpawnTabArgs&)
	{
		return SNew(SDockTab).TabRole(ETabRole::NomadTab)[SNew(SCSTalkEmotionPanel)];
	}))
		.SetDisplayName(LOCTEXT("Tab", "CSTalk Emotion"))
		.SetTooltipText(LOCTEXT("TabTooltip", "Emotion sliders, presets and curves for speaking faces"))
		.SetGroup(WorkspaceMenu::GetMenuStructure().GetToolsCategory())
		.SetIcon(FSlateIcon(FAppStyle::GetAppStyleSetName(), "ClassIcon.AnimSequence"));
}

void SCSTalkEmotionPanel::UnregisterTab()
{
	FGlobalTabmanager::Get()->UnregisterNomadTabSpawner(TabName);
}

void SCSTalkEmotionPanel::OpenTab()
{
	FGlobalTabmanager::Get()->TryInvokeTab(FTabId(TabName));
}

#undef LOCTEXT_NAMESPACE
