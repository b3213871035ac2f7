#include "CSTalkBakeJob.h"

#include "Animation/AnimSequence.h"
#include "Animation/Skeleton.h"
#include "Async/Async.h"
#include "CSTalkBake.h"
#include "CSTalkBakedAnimation.h"
#include "CSTalkBakedWriter.h"
#include "CSTalkBakeOptions.h"
#include "CSTalkBakeRecord.h"
#include "CSTalkBoardKeys.h"
#include "CSTalkEmotionTrack.h"
#include "CSTalkModelAsset.h"
#include "CSTalkSequenceWriter.h"
#include "CSTalkSoundReader.h"
#include "Framework/Application/SlateApplication.h"
#include "Framework/Notifications/NotificationManager.h"
#include "Misc/App.h"
#include "Misc/PackageName.h"
#include "Misc/Paths.h"
#include "Misc/ScopedSlowTask.h"
#include "Sound/SoundWave.h"
#include "UObject/Package.h"
#include "Widgets/Notifications/SNotificationList.h"
#include <atomic>

#define LOCTEXT_NAMESPACE "CSTalkBakeJob"

namespace
{
	constexpr float PollSeconds = 0.05f;
	constexpr float AnnouncementSeconds = 8.0f;

	/** Bakes on a thread of its own while the dialog stays alive; false with an empty problem when cancelled. */
	bool BakeBehindDialog(const FCSTalkBakeRequest& Request, FScopedSlowTask& Dialog, const FText& What, FCSTalkBakeResult& OutResult, FString& OutProblem)
	{
		std::atomic<bool> bCancelled{false};
		std::atomic<double> DoneShare{0.0};
		TFuture<bool> Baking = Async(EAsyncExecution::Thread, [&]()
		{
			return CSTalk::Bake(Request, [&](double Done)
			{
				DoneShare.store(Done);
				return !bCancelled.load();
			}, OutResult, OutProblem);
		});
		double Shown = 0.0;
		while (!Baking.WaitFor(FTimespan::FromSeconds(PollSeconds)))
		{
			const double Done = FMath::Max(DoneShare.load(), Shown);
			Dialog.EnterProgressFrame(static_cast<float>(Done - Shown), What);
			Shown = Done;
			bCancelled.store(Dialog.ShouldCancel());
		}
		Dialog.EnterProgressFrame(static_cast<float>(1.0 - Shown), What);
		return Baking.Get();
	}

	FCSTalkBakeRequest MakeRequest(const UCSTalkBakeOptions& Options)
	{
		FCSTalkBakeRequest Request;
		UCSTalkModelAsset::Resolve(Options.Model.LoadSynchronous(), Request.ModelPath, Request.Provider);
		Request.Rig = Options.Target == ECSTalkBakeTarget::ControlBoard ? ECSTalkRig::Board : ECSTalkRig::MetaHuman;
		Request.Performance = Options.Performance;
		const UCSTalkEmotionTrack* Track = Options.EmotionTrack.LoadSynchronous();
		Request.EmotionCsv = Track != nullptr ? Track->ToCsv() : Options.EmotionCsv;
		Request.Rate = Options.Rate;
		Request.Tolerance = Options.Tolerance;
		return Request;
	}

	FCSTalkBakeRequest MakeRequest(const UCSTalkBakeRecord& Record)
	{
		FCSTalkBakeRequest Request;
		UCSTalkModelAsset::Resolve(Record.Model.LoadSynchronous(), Request.ModelPath, Request.Provider);
		Request.Rig = Record.Rig;
		Request.Performance = Record.Performance;
		const UCSTalkEmotionTrack* Track = Record.EmotionTrack.LoadSynchronous();
		Request.EmotionCsv = Track != nullptr ? Track->ToCsv() : Record.EmotionCsv;
		Request.Rate = Record.Rate;
		Request.Tolerance = Record.Tolerance;
		return Request;
	}

	void Remember(UAnimSequence& Sequence, const FCSTalkBakeItem& Item, const UCSTalkBakeOptions& Options)
	{
		UCSTalkBakeRecord& Record = CSTalkEditor::FindOrAddRecord(Sequence);
		Record.Sound = Item.Sound;
		Record.SoundFile = Item.SoundFile;
		Record.Model = Options.Model;
		Record.Performance = Options.Performance;
		Record.EmotionTrack = Options.EmotionTrack;
		Record.EmotionCsv = Options.EmotionCsv;
		Record.Rate = Options.Rate;
		Record.Tolerance = Options.Tolerance;
	}

	bool ReadItem(const FCSTalkBakeItem& Item, FCSTalkBakeRequest& Request, FString& OutProblem)
	{
		if (Item.Sound != nullptr)
		{
			return CSTalkEditor::ReadSound(*Item.Sound, Request, OutProblem);
		}
		Request.SoundFile = Item.SoundFile;
		return true;
	}

	FString FolderOf(const FCSTalkBakeItem& Item, const UCSTalkBakeOptions& Options)
	{
		if (!Options.Folder.Path.IsEmpty() || Item.Sound == nullptr)
		{
			return Options.Folder.Path.IsEmpty() ? FString(TEXT("/Game")) : Options.Folder.Path;
		}
		return FPackageName::GetLongPackagePath(Item.Sound->GetOutermost()->GetName());
	}

	void Count(const FCSTalkBakeResult& Result, FCSTalkBakeOutcome& Outcome)
	{
		Outcome.CurveCount = Result.Curves.Num();
		Outcome.PrunedCount = Result.PrunedCount;
		Outcome.KeyCount = Result.KeyCount;
		Outcome.UnreducedKeyCount = Result.UnreducedKeyCount;
	}

	enum class EBakeEnd
	{
		Done,
		/** The outcome says why. */
		Failed,
		/** By the user: there is no outcome. */
		Cancelled,
	};

	/** Reads and bakes one item; counts the keys into its outcome. */
	EBakeEnd BakeOne(const FCSTalkBakeItem& Item, FCSTalkBakeRequest& Request, FScopedSlowTask& Dialog, FCSTalkBakeResult& Result, FCSTalkBakeOutcome& Outcome)
	{
		if (!ReadItem(Item, Request, Outcome.Problem))
		{
			Dialog.EnterProgressFrame(1.0f);
			return EBakeEnd::Failed;
		}
		if (!BakeBehindDialog(Request, Dialog, FText::FromString(Outcome.Name), Result, Outcome.Problem))
		{
			return Outcome.Problem.IsEmpty() ? EBakeEnd::Cancelled : EBakeEnd::Failed;
		}
		Count(Result, Outcome);
		return EBakeEnd::Done;
	}

	void WriteTarget(const FCSTalkBakeItem& Item, const UCSTalkBakeOptions& Options, const FCSTalkBakeResult& Result, FCSTalkBakeOutcome& Outcome)
	{
		const FString Folder = FolderOf(Item, Options);
		if (Options.Target == ECSTalkBakeTarget::ControlBoard)
		{
			CSTalkEditor::KeyBoard(Result, Outcome.Problem);
			return;
		}
		if (Options.Target == ECSTalkBakeTarget::BakedAnimation)
		{
			Outcome.Asset = CSTalkEditor::WriteBakedAnimation(Folder, TEXT("CST_") + Outcome.Name, Item.Sound, Result, Options.Tolerance, Outcome.Problem);
			return;
		}
		USkeleton* Skeleton = Options.Skeleton.LoadSynchronous();
		if (Skeleton == nullptr)
		{
			Outcome.Problem = TEXT("wanted the skeleton of the face mesh in the bake options, found none");
			return;
		}
		UAnimSequence* Sequence = CSTalkEditor::CreateSequence(Folder, TEXT("AS_") + Outcome.Name, *Skeleton, Outcome.Problem);
		if (Sequence != nullptr && CSTalkEditor::WriteSequence(*Sequence, Result, false, Outcome.KeptEditCount, Outcome.Problem))
		{
			Remember(*Sequence, Item, Options);
			Outcome.Asset = Sequence;
		}
	}

	void ShowDialog(FScopedSlowTask& Dialog)
	{
		if (!IsRunningCommandlet() && !FApp::IsUnattended() && FSlateApplication::IsInitialized())
		{
			Dialog.MakeDialog(true);
		}
	}
}

FString FCSTalkBakeItem::GetName() const
{
	return Sound != nullptr ? Sound->GetName() : FPaths::GetBaseFilename(SoundFile);
}

TArray<FCSTalkBakeOutcome> CSTalkEditor::BakeAll(const TArray<FCSTalkBakeItem>& Items, const UCSTalkBakeOptions& Options)
{
	TArray<FCSTalkBakeOutcome> Outcomes;
	FScopedSlowTask Dialog(static_cast<float>(Items.Num()), LOCTEXT("Baking", "Baking face curves"));
	ShowDialog(Dialog);
	for (const FCSTalkBakeItem& Item : Items)
	{
		if (Dialog.ShouldCancel())
		{
			break;
		}
		FCSTalkBakeOutcome& Outcome = Outcomes.AddDefaulted_GetRef();
		Outcome.Name = Item.GetName();
		FCSTalkBakeRequest Request = MakeRequest(Options);
		FCSTalkBakeResult Result;
		const EBakeEnd End = BakeOne(Item, Request, Dialog, Result, Outcome);
		if (End == EBakeEnd::Cancelled)
		{
			Outcomes.Pop();
			break;
		}
		if (End == EBakeEnd::Failed)
		{
			continue;
		}
		WriteTarget(Item, Options, Result, Outcome);
	}
	return Outcomes;
}

TArray<FCSTalkBakeOutcome> CSTalkEditor::BakeAgain(const TArray<UAnimSequence*>& Sequences, bool bKeepHandEdits)
{
	TArray<FCSTalkBakeOutcome> Outcomes;
	FScopedSlowTask Dialog(static_cast<float>(Sequences.Num()), LOCTEXT("BakingAgain", "Baking face curves again"));
	ShowDialog(Dialog);
	for (UAnimSequence* Sequence : Sequences)
	{
		if (Dialog.ShouldCancel())
		{
			break;
		}
		FCSTalkBakeOutcome& Outcome = Outcomes.AddDefaulted_GetRef();
		Outcome.Name = Sequence->GetName();
		const UCSTalkBakeRecord* Record = FindRecord(*Sequence);
		if (Record == nullptr)
		{
			Outcome.Problem = TEXT("wanted an animation that CSTalk has baked, found no record of a bake on it");
			Dialog.EnterProgressFrame(1.0f);
			continue;
		}
		FCSTalkBakeItem Item;
		Item.Sound = Record->Sound.LoadSynchronous();
		Item.SoundFile = Record->SoundFile;
		FCSTalkBakeRequest Request = MakeRequest(*Record);
		FCSTalkBakeResult Result;
		const EBakeEnd End = BakeOne(Item, Request, Dialog, Result, Outcome);
		if (End == EBakeEnd::Cancelled)
		{
			Outcomes.Pop();
			break;
		}
		if (End == EBakeEnd::Failed)
		{
			continue;
		}
		if (WriteSequence(*Sequence, Result, bKeepHandEdits, Outcome.KeptEditCount, Outcome.Problem))
		{
			Outcome.Asset = Sequence;
		}
	}
	return Outcomes;
}

void CSTalkEditor::Announce(const TArray<FCSTalkBakeOutcome>& Outcomes)
{
	int32 FailedCount = 0;
	int32 KeyCount = 0, UnreducedKeyCount = 0, KeptEditCount = 0;
	FString FirstProblem;
	for (const FCSTalkBakeOutcome& Outcome : Outcomes)
	{
		KeyCount += Outcome.KeyCount;
		UnreducedKeyCount += Outcome.UnreducedKeyCount;
		KeptEditCount += Outcome.KeptEditCount;
		if (!Outcome.Problem.IsEmpty())
		{
			++FailedCount;
			UE_LOG(LogCSTalk, Error, TEXT("Bake of %s: %s"), *Outcome.Name, *Outcome.Problem);
			if (FirstProblem.IsEmpty())
			{
				FirstProblem = Outcome.Name + TEXT(": ") + Outcome.Problem;
			}
		}
	}
	FString Text = FString::Printf(TEXT("%d of %d baked, %d keys instead of %d"), Outcomes.Num() - FailedCount, Outcomes.Num(), KeyCount, UnreducedKeyCount);
	if (KeptEditCount > 0)
	{
		Text += FString::Printf(TEXT(", %d hand-edited curves kept"), KeptEditCount);
	}
	UE_LOG(LogCSTalk, Display, TEXT("%s"), *Text);
	if (!FirstProblem.IsEmpty())
	{
		Text += TEXT("\n") + FirstProblem;
	}
	FNotificationInfo Announcement(FText::FromString(Text));
	Announcement.ExpireDuration = AnnouncementSeconds;
	FSlateNotificationManager::Get().AddNotification(Announcement);
}

#undef LOCTEXT_NAMESPACE
