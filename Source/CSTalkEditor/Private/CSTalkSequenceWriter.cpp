#include "CSTalkSequenceWriter.h"

#include "Animation/AnimData/CurveIdentifier.h"
#include "Animation/AnimData/IAnimationDataController.h"
#include "Animation/AnimData/IAnimationDataModel.h"
#include "Animation/AnimSequence.h"
#include "Animation/Skeleton.h"
#include "AssetToolsModule.h"
#include "CSTalkBake.h"
#include "CSTalkBakeRecord.h"
#include "Factories/AnimSequenceFactory.h"
#include "IAssetTools.h"
#include "Modules/ModuleManager.h"
#include "ScopedTransaction.h"
#include "Templates/Casts.h"
#include "UObject/UObjectGlobals.h"

#define LOCTEXT_NAMESPACE "CSTalkSequenceWriter"

namespace
{
	/** Keys go through 32-bit floats unchanged; anything beyond this is a person's doing. */
	constexpr float SameKey = 1.0e-5f;

	FAnimationCurveIdentifier Identify(FName Name)
	{
		return FAnimationCurveIdentifier(Name, ERawCurveTrackTypes::RCT_Float);
	}

	bool AreSame(const FRichCurve& Stands, const FSimpleCurve& Recorded)
	{
		const TArray<FRichCurveKey>& Keys = Stands.GetConstRefOfKeys();
		const TArray<FSimpleCurveKey>& Known = Recorded.GetConstRefOfKeys();
		if (Keys.Num() != Known.Num())
		{
			return false;
		}
		for (int32 Index = 0; Index < Keys.Num(); ++Index)
		{
			if (!FMath::IsNearlyEqual(Keys[Index].Time, Known[Index].Time, SameKey)
				|| !FMath::IsNearlyEqual(Keys[Index].Value, Known[Index].Value, SameKey) || Keys[Index].InterpMode != RCIM_Linear)
			{
				return false;
			}
		}
		return true;
	}

	TArray<FCSTalkRecordedCurve> ToRecord(const FCSTalkBakeResult& Baked)
	{
		TArray<FCSTalkRecordedCurve> Recorded;
		for (const FCSTalkKeys& Curve : Baked.Curves)
		{
			FCSTalkRecordedCurve& Record = Recorded.AddDefaulted_GetRef();
			Record.Name = Curve.Name;
			for (const FRichCurveKey& Key : Curve.Keys)
			{
				Record.Keys.AddKey(Key.Time, Key.Value);
			}
		}
		return Recorded;
	}
}

UCSTalkBakeRecord* CSTalkEditor::FindRecord(const UAnimSequence& Sequence)
{
	// The engine's accessor is not const, though it changes nothing.
	return Cast<UCSTalkBakeRecord>(const_cast<UAnimSequence&>(Sequence).GetAssetUserDataOfClass(UCSTalkBakeRecord::StaticClass()));
}

UCSTalkBakeRecord& CSTalkEditor::FindOrAddRecord(UAnimSequence& Sequence)
{
	UCSTalkBakeRecord* Record = FindRecord(Sequence);
	if (Record == nullptr)
	{
		Record = NewObject<UCSTalkBakeRecord>(&Sequence, NAME_None, RF_Transactional);
		Sequence.AddAssetUserData(Record);
	}
	return *Record;
}

TArray<FName> CSTalkEditor::FindEditedCurves(const UAnimSequence& Sequence)
{
	const UCSTalkBakeRecord* Record = FindRecord(Sequence);
	TArray<FName> Edited;
	if (Record == nullptr)
	{
		return Edited;
	}
	// Curves that an earlier bake kept differ from the generated ones still, unless the person took them off the list.
	TMap<FName, const FSimpleCurve*> Generated;
	for (const FCSTalkRecordedCurve& Curve : Record->Generated)
	{
		Generated.Add(Curve.Name, &Curve.Keys);
	}
	for (const FFloatCurve& Curve : Sequence.GetDataModel()->GetFloatCurves())
	{
		const FSimpleCurve* const* Known = Generated.Find(Curve.GetName());
		if (Known == nullptr || !AreSame(Curve.FloatCurve, **Known))
		{
			Edited.Add(Curve.GetName());
		}
		Generated.Remove(Curve.GetName());
	}
	for (const TPair<FName, const FSimpleCurve*>& Removed : Generated)
	{
		Edited.Add(Removed.Key);
	}
	return Edited;
}

bool CSTalkEditor::WriteSequence(UAnimSequence& Sequence, const FCSTalkBakeResult& Baked, bool bKeepHandEdits, int32& OutKept, FString& OutProblem)
{
	OutKept = 0;
	if (Baked.RowCount < 2)
	{
		OutProblem = FString::Printf(TEXT("%s: wanted at least 2 rows, got %d; the sound is too short"), *Sequence.GetName(), Baked.RowCount);
		return false;
	}
	const FScopedTransaction Transaction(LOCTEXT("Bake", "Bake face curves"));
	Sequence.Modify();
	const bool bIsNew = FindRecord(Sequence) == nullptr;
	UCSTalkBakeRecord& Record = FindOrAddRecord(Sequence);
	Record.Modify();
	const TArray<FName> Edited = bKeepHandEdits ? FindEditedCurves(Sequence) : TArray<FName>();

	IAnimationDataController& Controller = Sequence.GetController();
	Controller.OpenBracket(LOCTEXT("BakeBracket", "Bake face curves"), true);
	if (bIsNew)
	{
		Controller.InitializeModel();
	}
	Controller.SetFrameRate(Baked.Rate, true);
	Controller.SetNumberOfFrames(FFrameNumber(Baked.RowCount - 1), true);
	for (const FCSTalkRecordedCurve& Old : Record.Generated)
	{
		if (!Edited.Contains(Old.Name) && Sequence.GetDataModel()->FindFloatCurve(Identify(Old.Name)) != nullptr)
		{
			Controller.RemoveCurve(Identify(Old.Name), true);
		}
	}
	bool bWritten = true;
	for (const FCSTalkKeys& Curve : Baked.Curves)
	{
		if (Edited.Contains(Curve.Name))
		{
			++OutKept;
			continue;
		}
		bWritten &= Controller.AddCurve(Identify(Curve.Name)) && Controller.SetCurveKeys(Identify(Curve.Name), Curve.Keys, true);
	}
	Controller.NotifyPopulated();
	Controller.CloseBracket(true);

	Record.Generated = ToRecord(Baked);
	Record.EditedCurves = Edited;
	Sequence.PostEditChange();
	Sequence.MarkPackageDirty();
	if (!bWritten)
	{
		OutProblem = FString::Printf(TEXT("%s: the engine refused some curves; see the log"), *Sequence.GetName());
	}
	return bWritten;
}

UAnimSequence* CSTalkEditor::CreateSequence(const FString& Folder, const FString& Name, USkeleton& Skeleton, FString& OutProblem)
{
	IAssetTools& AssetTools = FModuleManager::LoadModuleChecked<FAssetToolsModule>(TEXT("AssetTools")).Get();
	UAnimSequenceFactory* Factory = NewObject<UAnimSequenceFactory>();
	Factory->TargetSkeleton = &Skeleton;
	FString PackageName, AssetName;
	AssetTools.CreateUniqueAssetName(Folder / Name, FString(), PackageName, AssetName);
	UAnimSequence* Sequence = Cast<UAnimSequence>(AssetTools.CreateAsset(AssetName, Folder, UAnimSequence::StaticClass(), Factory));
	if (Sequence == nullptr)
	{
		OutProblem = FString::Printf(TEXT("%s/%s: the engine could not create the animation; is the folder writable?"), *Folder, *AssetName);
	}
	return Sequence;
}

#undef LOCTEXT_NAMESPACE
