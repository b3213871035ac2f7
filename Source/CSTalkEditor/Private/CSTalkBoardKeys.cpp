#include "CSTalkBoardKeys.h"

#include "ControlRig.h"
#include "ControlRigSequencerEditorLibrary.h"
#include "CSTalkBake.h"
#include "LevelSequence.h"
#include "LevelSequenceEditorBlueprintLibrary.h"
#include "MovieScene.h"
#include "Rigs/RigHierarchy.h"
#include "ScopedTransaction.h"

#define LOCTEXT_NAMESPACE "CSTalkBoardKeys"

namespace
{
	/** The channels of one control; a control with both is two-dimensional. */
	struct FBoardControl
	{
		const FCSTalkKeys* X = nullptr;
		const FCSTalkKeys* Y = nullptr;
	};

	/** Channels by control: ".tx" and ".ty" are channels of the control before the dot. */
	TMap<FName, FBoardControl> GroupByControl(const FCSTalkBakeResult& Baked)
	{
		TMap<FName, FBoardControl> Controls;
		for (const FCSTalkKeys& Curve : Baked.Curves)
		{
			FString Control, Channel;
			if (!Curve.Name.ToString().Split(TEXT("."), &Control, &Channel))
			{
				continue;
			}
			FBoardControl& Place = Controls.FindOrAdd(FName(*Control));
			(Channel == TEXT("tx") ? Place.X : Place.Y) = &Curve;
		}
		return Controls;
	}

	const FRigControlElement* FindElement(UControlRig& Rig, FName Name)
	{
		return Rig.GetHierarchy()->Find<FRigControlElement>(FRigElementKey(Name, ERigElementType::Control));
	}

	/** The rig of the sequence that has the board: the one that knows most of the controls. */
	UControlRig* FindBoard(ULevelSequence* Sequence, const TMap<FName, FBoardControl>& Controls)
	{
		UControlRig* Best = nullptr;
		int32 BestCount = 0;
		for (const FControlRigSequencerBindingProxy& Binding : UControlRigSequencerEditorLibrary::GetControlRigs(Sequence))
		{
			int32 Count = 0;
			for (const TPair<FName, FBoardControl>& Control : Controls)
			{
				Count += Binding.ControlRig != nullptr && FindElement(*Binding.ControlRig, Control.Key) != nullptr ? 1 : 0;
			}
			if (Count > BestCount)
			{
				Best = Binding.ControlRig;
				BestCount = Count;
			}
		}
		return Best;
	}

	/** Display frames of all keys of both channels, in order, each once. */
	TArray<FFrameNumber> FramesOf(const FBoardControl& Control, const FFrameRate& DisplayRate)
	{
		TArray<FFrameNumber> Frames;
		for (const FCSTalkKeys* Curve : {Control.X, Control.Y})
		{
			if (Curve == nullptr)
			{
				continue;
			}
			for (const FRichCurveKey& Key : Curve->Keys)
			{
				Frames.AddUnique(DisplayRate.AsFrameNumber(Key.Time));
			}
		}
		Frames.Sort();
		return Frames;
	}

	FRichCurve CurveOf(const FCSTalkKeys* Keys)
	{
		FRichCurve Curve;
		if (Keys != nullptr)
		{
			Curve.SetKeys(Keys->Keys);
		}
		return Curve;
	}

	void KeyControl(ULevelSequence* Sequence, UControlRig* Rig, FName Name, const FBoardControl& Control, bool bTwoDimensional, const FFrameRate& DisplayRate)
	{
		const TArray<FFrameNumber> Frames = FramesOf(Control, DisplayRate);
		const FRichCurve X = CurveOf(Control.X);
		const FRichCurve Y = CurveOf(Control.Y);
		TArray<FVector2D> Pairs;
		TArray<float> Values;
		for (const FFrameNumber Frame : Frames)
		{
			const float Seconds = static_cast<float>(DisplayRate.AsSeconds(FFrameTime(Frame)));
			Pairs.Add(FVector2D(X.Eval(Seconds, 0.0f), Y.Eval(Seconds, 0.0f)));
			Values.Add((Control.X != nullptr ? X : Y).Eval(Seconds, 0.0f));
		}
		if (bTwoDimensional)
		{
			UControlRigSequencerEditorLibrary::SetLocalControlRigVector2Ds(Sequence, Rig, Name, Frames, Pairs, EMovieSceneTimeUnit::DisplayRate);
		}
		else
		{
			UControlRigSequencerEditorLibrary::SetLocalControlRigFloats(Sequence, Rig, Name, Frames, Values, EMovieSceneTimeUnit::DisplayRate);
		}
	}
}

bool CSTalkEditor::KeyBoard(const FCSTalkBakeResult& Baked, FString& OutProblem)
{
	ULevelSequence* Sequence = ULevelSequenceEditorBlueprintLibrary::GetCurrentLevelSequence();
	if (Sequence == nullptr || Sequence->GetMovieScene() == nullptr)
	{
		OutProblem = TEXT("wanted a Level Sequence open in Sequencer, found none");
		return false;
	}
	const TMap<FName, FBoardControl> Controls = GroupByControl(Baked);
	UControlRig* Rig = FindBoard(Sequence, Controls);
	if (Rig == nullptr)
	{
		OutProblem = FString::Printf(TEXT("wanted the face board's Control Rig in %s, found none; add the track of Face_ControlBoard_CtrlRig"), *Sequence->GetName());
		return false;
	}
	const FScopedTransaction Transaction(LOCTEXT("Key", "Key the face board"));
	Sequence->Modify();
	const FFrameRate DisplayRate = Sequence->GetMovieScene()->GetDisplayRate();
	for (const TPair<FName, FBoardControl>& Control : Controls)
	{
		const FRigControlElement* Element = FindElement(*Rig, Control.Key);
		if (Element != nullptr)
		{
			const bool bTwoDimensional = Element->Settings.ControlType == ERigControlType::Vector2D;
			KeyControl(Sequence, Rig, Control.Key, Control.Value, bTwoDimensional, DisplayRate);
		}
	}
	ULevelSequenceEditorBlueprintLibrary::RefreshCurrentLevelSequence();
	return true;
}

#undef LOCTEXT_NAMESPACE
