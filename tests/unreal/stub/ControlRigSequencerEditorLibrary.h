// Declarations for type-checking, not the engine's file. Module ControlRigEditor; facts in signatures.csv.
#pragma once

#include "Misc/FrameNumber.h"
#include "UObject/Object.h"

class UControlRig;
class ULevelSequence;
enum class EMovieSceneTimeUnit : uint8 { DisplayRate, TickResolution };

struct FControlRigSequencerBindingProxy
{
	TObjectPtr<UControlRig> ControlRig;
};
class UControlRigSequencerEditorLibrary : public UObject
{
	CST_ENGINE_CLASS(UControlRigSequencerEditorLibrary, UObject)
	static TArray<FControlRigSequencerBindingProxy> GetControlRigs(ULevelSequence* LevelSequence);
	static void SetLocalControlRigFloats(ULevelSequence* LevelSequence, UControlRig* ControlRig, FName ControlName, const TArray<FFrameNumber>& Frames,
		const TArray<float> Values, EMovieSceneTimeUnit TimeUnit = EMovieSceneTimeUnit::DisplayRate);
	static void SetLocalControlRigVector2Ds(ULevelSequence* LevelSequence, UControlRig* ControlRig, FName ControlName, const TArray<FFrameNumber>& Frames,
		const TArray<FVector2D> Values, EMovieSceneTimeUnit TimeUnit = EMovieSceneTimeUnit::DisplayRate);
};
