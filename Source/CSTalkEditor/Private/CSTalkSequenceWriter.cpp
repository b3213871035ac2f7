#include "CSTalkSequenceWriter.h"

#include "Animation/AnimData/CurveIdentifier.h"
#include "Animation/AnimData/IAnimationDataController.h"
#include "Animation/AnimData/IAnimationDataModel.h"
#include "Animation/AnimSequence.h"
#include "Animation/Skeleton.h"
#include "AssetToolsModule.h"
#include "CSTalkBake.h"
#include "CSTalkBakeRecord.h"
#include "CSTalkHandEdits.h"
#include "Factories/AnimSequenceFactory.h"
#include "IAssetTools.h"
#include "Modules/ModuleManager.h"
#include "ScopedTransaction.h"
#include "Templates/Casts.h"
#include "UObject/UObjectGlobals.h"

#define LOCTEXT_NAMESPACE "CSTalkSequenceWriter"

namespace
{
	FAnimationCurveIdentifier Identify(FName Name)
	{
		return FAnimationCurveIdentifier(Name, ERawCurveTrackTypes::RCT_Float);
	}

	TArray<FRichCurveKey> FindKeys(const UAnimSequence& Sequence, FName Name)
	{
		const FFloatCurve* Curve = Sequence.GetDataModel()->FindFloatCurve(Identify(Name));
		return Curve != nullptr ? Curve->FloatCurve.GetConstRefOfKeys() : TArray<FRichCurveKey>();
	}

	/** Edited stretches of every curve that has some: those that the record knows, and those made since. */
	TMap<FName, TArray<FCSTalkEditedSpan>> FindEdits(const UAnimSequence& Sequence, const UCSTalkBakeRecord& Record)
	{
		TMap<FName, FCSTalkRecordedCurve> Written;
		for (const FCSTalkRecordedCurve& Curve : Record.Curves)
		{
			Written.Add(Curve.Name, Curve);
		}
		// A curve that a person added was written without keys.
		for (const FFloatCurve& Curve : Sequence.GetDataModel()->GetFloatCurves())
		{
			Written.FindOrAdd(Curve.GetName());
		}
		TMap<FName, TArray<FCSTalkEditedSpan>> Edits;
		for (const TPair<FName, FCSTalkRecordedCurve>& Curve : Written)
		{
			TArray<FCSTalkEditedSpan> Spans = Curve.Value.EditedSpans;
			for (const FCSTalkEditedSpan& Span : CSTalkEditor::FindEditedSpans(Curve.Value.Keys.GetConstRefOfKeys(), FindKeys(Sequence, Curve.Key)))
			{
				if (!CSTalkEditor::IsCovered(Spans, Span))
				{
					Spans.Add(Span);
				}
			}
			if (!Spans.IsEmpty())
			{
				Edits.Add(Curve.Key, MoveTemp(Spans));
			}
		}
		return Edits;
	}

	/** The new curves with the edits over them, and those that only a person's edits move. */
	TArray<FCSTalkKeys> LayOver(const FCSTalkBakeResult& Baked, const UAnimSequence& Sequence, const TMap<FName, TArray<FCSTalkEditedSpan>>& Edits)
	{
		TArray<FCSTalkKeys> Curves;
		TArray<FName> BakedNames;
		for (const FCSTalkKeys& Curve : Baked.Curves)
		{
			BakedNames.Add(Curve.Name);
			FCSTalkKeys& Laid = Curves.Add_GetRef(Curve);
			if (const TArray<FCSTalkEditedSpan>* Spans = Edits.Find(Curve.Name))
			{
				Laid.Keys = CSTalkEditor::LayEdits(*Spans, FindKeys(Sequence, Curve.Name), Curve.Keys);
			}
		}
		for (const TPair<FName, TArray<FCSTalkEditedSpan>>& Edit : Edits)
		{
			if (!BakedNames.Contains(Edit.Key))
			{
				FCSTalkKeys& Laid = Curves.AddDefaulted_GetRef();
				Laid.Name = Edit.Key;
				Laid.Keys = CSTalkEditor::LayEdits(Edit.Value, FindKeys(Sequence, Edit.Key), TArray<FRichCurveKey>());
			}
		}
		return Curves;
	}

	TArray<FCSTalkRecordedCurve> ToRecord(const TArray<FCSTalkKeys>& Curves, const TMap<FName, TArray<FCSTalkEditedSpan>>& Edits)
	{
		TArray<FCSTalkRecordedCurve> Recorded;
		for (const FCSTalkKeys& Curve : Curves)
		{
			FCSTalkRecordedCurve& Record = Recorded.AddDefaulted_GetRef();
			Record.Name = Curve.Name;
			for (const FRichCurveKey& Key : Curve.Keys)
			{
				Record.Keys.AddKey(Key.Time, Key.Value);
			}
			if (const TArray<FCSTalkEditedSpan>* Spans = Edits.Find(Curve.Name))
			{
				Record.EditedSpans = *Spans;
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
	TArray<FName> Names;
	if (const UCSTalkBakeRecord* Record = FindRecord(Sequence))
	{
		for (const TPair<FName, TArray<FCSTalkEditedSpan>>& Edit : FindEdits(Sequence, *Record))
		{
			Names.Add(Edit.Key);
		}
	}
	return Names;
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
	TMap<FName, TArray<FCSTalkEditedSpan>> Edits;
	if (bKeepHandEdits && !bIsNew)
	{
		Edits = FindEdits(Sequence, Record);
	}
	const TArray<FCSTalkKeys> Curves = LayOver(Baked, Sequence, Edits);
	TArray<FName> Standing;
	for (const FFloatCurve& Curve : Sequence.GetDataModel()->GetFloatCurves())
	{
		Standing.Add(Curve.GetName());
	}

	IAnimationDataController& Controller = Sequence.GetController();
	// A first bake is undone with the asset itself.
	const bool bTransact = !bIsNew;
	Controller.OpenBracket(LOCTEXT("BakeBracket", "Bake face curves"), bTransact);
	if (bIsNew)
	{
		Controller.ResetModel(bTransact);
		Controller.InitializeModel();
	}
	Controller.SetFrameRate(Baked.Rate, bTransact);
	Controller.SetNumberOfFrames(FFrameNumber(Baked.RowCount - 1), bTransact);
	for (const FName Name : Standing)
	{
		Controller.RemoveCurve(Identify(Name), bTransact);
	}
	bool bWritten = true;
	for (const FCSTalkKeys& Curve : Curves)
	{
		// A curve without keys is one that a person removed.
		if (!Curve.Keys.IsEmpty())
		{
			bWritten &= Controller.AddCurve(Identify(Curve.Name)) && Controller.SetCurveKeys(Identify(Curve.Name), Curve.Keys, bTransact);
		}
	}
	Controller.NotifyPopulated();
	Controller.CloseBracket(bTransact);

	Record.Curves = ToRecord(Curves, Edits);
	OutKept = Edits.Num();
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
