#include "CSTalkComponentDetails.h"

#include "CSTalkComponent.h"
#include "DetailCategoryBuilder.h"
#include "DetailLayoutBuilder.h"
#include "DetailWidgetRow.h"
#include "SCSTalkEmotionPanel.h"
#include "Templates/Casts.h"
#include "UObject/Class.h"
#include "Widgets/Input/SButton.h"
#include "Widgets/SBoxPanel.h"
#include "Widgets/Text/STextBlock.h"

#define LOCTEXT_NAMESPACE "CSTalkComponentDetails"

TSharedRef<IDetailCustomization> FCSTalkComponentDetails::MakeInstance()
{
	return MakeShared<FCSTalkComponentDetails>();
}

void FCSTalkComponentDetails::CustomizeDetails(IDetailLayoutBuilder& DetailBuilder)
{
	TArray<TWeakObjectPtr<UObject>> Objects;
	DetailBuilder.GetObjectsBeingCustomized(Objects);
	if (Objects.Num() != 1)
	{
		return;
	}
	Component = Cast<UCSTalkComponent>(Objects[0].Get());
	IDetailCategoryBuilder& Category = DetailBuilder.EditCategory(TEXT("CSTalk"), LOCTEXT("Category", "CSTalk"), ECategoryPriority::Important);
	Category.AddCustomRow(LOCTEXT("StateFilter", "State Emotion Microphone Latency"))
		.WholeRowContent()
		[
			SNew(SVerticalBox)
			+ SVerticalBox::Slot().AutoHeight().Padding(2.0f)
			[
				SNew(STextBlock)
				.AutoWrapText(true)
				.Font(IDetailLayoutBuilder::GetDetailFont())
				.Text(this, &FCSTalkComponentDetails::StateText)
			]
			+ SVerticalBox::Slot().AutoHeight().Padding(2.0f)
			[
				SNew(SHorizontalBox)
				+ SHorizontalBox::Slot().AutoWidth().Padding(2.0f)
				[
					SNew(SButton)
					.Text(LOCTEXT("Panel", "Emotion panel"))
					.OnClicked_Lambda([]() { SCSTalkEmotionPanel::OpenTab(); return FReply::Handled(); })
				]
				+ SHorizontalBox::Slot().AutoWidth().Padding(2.0f)
				[
					SNew(SButton)
					.Text(LOCTEXT("Try", "Try the microphone"))
					.ToolTipText(LOCTEXT("TryTooltip", "While playing: opens the microphone of this component"))
					.OnClicked_Lambda([Weak = Component]()
					{
						if (UCSTalkComponent* Speaker = Weak.Get())
						{
							Speaker->StartMicrophone();
						}
						return FReply::Handled();
					})
				]
				+ SHorizontalBox::Slot().AutoWidth().Padding(2.0f)
				[
					SNew(SButton)
					.Text(LOCTEXT("Stop", "Stop"))
					.OnClicked_Lambda([Weak = Component]()
					{
						if (UCSTalkComponent* Speaker = Weak.Get())
						{
							Speaker->StopSpeaking();
						}
						return FReply::Handled();
					})
				]
			]
		];
}

FText FCSTalkComponentDetails::StateText() const
{
	const UCSTalkComponent* Speaker = Component.Get();
	if (Speaker == nullptr)
	{
		return FText::GetEmpty();
	}
	const FCSTalkCounters Counters = Speaker->GetCounters();
	return FText::Format(LOCTEXT("State", "{0}. Sound to curve: {1} ms (95 of 100 rows). Lost: {2} s. Level: {3}"),
		StaticEnum<ECSTalkState>()->GetDisplayNameTextByValue(static_cast<int64>(Speaker->GetState())),
		FText::AsNumber(Counters.SoundToCurveP95Ms), FText::AsNumber(Counters.LostSeconds), FText::AsNumber(Counters.Peak));
}

#undef LOCTEXT_NAMESPACE
