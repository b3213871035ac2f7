// The emotion panel: sliders, presets, and curves over time.
#pragma once

#include "CoreMinimal.h"
#include "CSTalkTypes.h"
#include "UObject/WeakObjectPtr.h"
#include "Widgets/DeclarativeSyntaxSupport.h"
#include "Widgets/SCompoundWidget.h"

class FReply;
class IDetailsView;
class SWidget;
class UCSTalkComponent;
class UCSTalkEmotionTrack;
template <typename OptionType> class SComboBox;

/**
 * Works on the CSTalk components of the selected actors, at once and undoably, and on an emotion track: "Set key" puts
 * the sliders on the track's curves at a time; the curves themselves are drawn below. A preset with emotion over time replaces the
 * curves of the chosen track.
 */
class SCSTalkEmotionPanel : public SCompoundWidget
{
public:
	SLATE_BEGIN_ARGS(SCSTalkEmotionPanel)
	{
	}
	SLATE_END_ARGS()

	void Construct(const FArguments& InArgs);

	/** The tab under Window > CSTalk Emotion. */
	static void RegisterTab();
	static void UnregisterTab();
	static void OpenTab();

private:
	TSharedRef<SWidget> MakeSlider(int32 EmotionIndex);
	TSharedRef<SWidget> MakePresetRow();
	TSharedRef<SWidget> MakeTrackRow();

	void SetEmotion(int32 EmotionIndex, float Weight);
	void BeginChange();
	void EndChange();
	void ApplyToSelection() const;
	FReply TakeFromSelection();
	void LoadPreset(TSharedPtr<FString> Name);
	/** Puts emotion over time on the chosen track, inside an open transaction. */
	void LoadKeys(const FString& EmotionCsv);
	FReply SavePreset();
	FReply SetKey();
	void RefreshPresets();
	TArray<UCSTalkComponent*> SelectedComponents() const;
	FString TrackPath() const;

	FCSTalkPerformance Performance;
	TArray<TSharedPtr<FString>> Presets;
	TSharedPtr<SComboBox<TSharedPtr<FString>>> PresetBox;
	FString PresetName = TEXT("My preset");
	TWeakObjectPtr<UCSTalkEmotionTrack> Track;
	TSharedPtr<IDetailsView> TrackView;
	float KeySeconds = 0.0f;
	int32 OpenTransaction = INDEX_NONE;
};
