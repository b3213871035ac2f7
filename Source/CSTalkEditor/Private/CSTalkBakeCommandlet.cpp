#include "CSTalkBakeCommandlet.h"

#include "Animation/AnimSequence.h"
#include "Animation/Skeleton.h"
#include "AssetRegistry/AssetRegistryModule.h"
#include "AssetRegistry/IAssetRegistry.h"
#include "CSTalkBakeJob.h"
#include "CSTalkBakeOptions.h"
#include "CSTalkModelAsset.h"
#include "CSTalkPresets.h"
#include "CSTalkSequenceWriter.h"
#include "FileHelpers.h"
#include "HAL/FileManager.h"
#include "Misc/FileHelper.h"
#include "Misc/Parse.h"
#include "Misc/Paths.h"
#include "Modules/ModuleManager.h"
#include "Sound/SoundWave.h"
#include "Templates/Casts.h"
#include "UObject/Class.h"
#include "UObject/Package.h"
#include "UObject/StrongObjectPtr.h"
#include "UObject/UObjectGlobals.h"

namespace
{
	constexpr int32 ExitDone = 0;
	constexpr int32 ExitSomeFailed = 1;
	constexpr int32 ExitWrongUse = 2;

	template <typename AssetType>
	TArray<AssetType*> LoadAllBelow(const FString& Folder)
	{
		FARFilter Filter;
		Filter.bRecursivePaths = true;
		Filter.PackagePaths.Add(FName(*Folder));
		Filter.ClassPaths.Add(AssetType::StaticClass()->GetClassPathName());
		TArray<FAssetData> Found;
		IAssetRegistry& Registry = FModuleManager::LoadModuleChecked<FAssetRegistryModule>(TEXT("AssetRegistry")).Get();
		Registry.SearchAllAssets(true);
		Registry.GetAssets(Filter, Found);
		TArray<AssetType*> Loaded;
		for (const FAssetData& Asset : Found)
		{
			if (AssetType* Object = Cast<AssetType>(Asset.GetAsset()))
			{
				Loaded.Add(Object);
			}
		}
		return Loaded;
	}

	TArray<FCSTalkBakeItem> FindItems(const FString& Sounds, const FString& Files)
	{
		TArray<FCSTalkBakeItem> Items;
		if (!Sounds.IsEmpty())
		{
			for (USoundWave* Sound : LoadAllBelow<USoundWave>(Sounds))
			{
				Items.Add({Sound, FString()});
			}
		}
		if (FPaths::FileExists(Files))
		{
			Items.Add({nullptr, FPaths::ConvertRelativePathToFull(Files)});
		}
		for (const TCHAR* Extension : {TEXT("wav"), TEXT("flac"), TEXT("mp3"), TEXT("ogg"), TEXT("m4a")})
		{
			TArray<FString> Names;
			if (FPaths::DirectoryExists(Files))
			{
				IFileManager::Get().FindFiles(Names, *Files, Extension);
			}
			Names.Sort();
			for (const FString& Name : Names)
			{
				Items.Add({nullptr, FPaths::ConvertRelativePathToFull(Files / Name)});
			}
		}
		return Items;
	}

	/** ModelKeeper keeps the model alive that the options only point to. */
	bool ReadOptions(const FString& Params, UCSTalkBakeOptions& Options, TStrongObjectPtr<UCSTalkModelAsset>& ModelKeeper)
	{
		FString Text;
		float Number = 0.0f;
		if (FParse::Value(*Params, TEXT("Skeleton="), Text))
		{
			Options.Skeleton = TSoftObjectPtr<USkeleton>(FSoftObjectPath(Text));
		}
		Options.Target = FParse::Param(*Params, TEXT("Baked")) ? ECSTalkBakeTarget::BakedAnimation : ECSTalkBakeTarget::AnimSequence;
		FParse::Value(*Params, TEXT("Out="), Options.Folder.Path);
		if (FParse::Value(*Params, TEXT("Fps="), Number))
		{
			Options.Rate = FFrameRate(static_cast<uint32>(FMath::RoundToInt32(Number)), 1);
		}
		FParse::Value(*Params, TEXT("Tolerance="), Options.Tolerance);
		if (FParse::Value(*Params, TEXT("Model="), Text))
		{
			ModelKeeper = TStrongObjectPtr<UCSTalkModelAsset>(NewObject<UCSTalkModelAsset>(GetTransientPackage()));
			ModelKeeper->Model = Text;
			Options.Model = ModelKeeper.Get();
		}
		if (!FParse::Value(*Params, TEXT("Preset="), Text))
		{
			return true;
		}
		// The preset decides on the emotion, not a track that the bake dialog remembers.
		Options.EmotionTrack = TSoftObjectPtr<UCSTalkEmotionTrack>();
		return UCSTalkPresets::ReadPreset(Text, Options.Performance, Options.EmotionCsv);
	}

	bool Save(const TArray<FCSTalkBakeOutcome>& Outcomes)
	{
		TArray<UPackage*> Packages;
		for (const FCSTalkBakeOutcome& Outcome : Outcomes)
		{
			if (Outcome.Asset != nullptr)
			{
				Packages.AddUnique(Outcome.Asset->GetOutermost());
			}
		}
		return Packages.IsEmpty() || UEditorLoadingAndSavingUtils::SavePackages(Packages, true);
	}

	FString MakeReport(const TArray<FCSTalkBakeOutcome>& Outcomes)
	{
		FString Report = TEXT("name,asset,curves,left_out,keys,keys_unreduced,hand_edited,problem\n");
		for (const FCSTalkBakeOutcome& Outcome : Outcomes)
		{
			Report += FString::Printf(TEXT("\"%s\",\"%s\",%d,%d,%d,%d,%d,\"%s\"\n"), *Outcome.Name,
				Outcome.Asset != nullptr ? *Outcome.Asset->GetPathName() : TEXT(""), Outcome.CurveCount, Outcome.PrunedCount, Outcome.KeyCount,
				Outcome.UnreducedKeyCount, Outcome.KeptEditCount, *Outcome.Problem.Replace(TEXT("\""), TEXT("'")));
		}
		return Report;
	}
}

UCSTalkBakeCommandlet::UCSTalkBakeCommandlet()
{
	IsClient = false;
	IsEditor = true;
	LogToConsole = true;
}

int32 UCSTalkBakeCommandlet::Main(const FString& Params)
{
	FString Sounds, Files, Animations, ReportPath;
	FParse::Value(*Params, TEXT("Sounds="), Sounds);
	FParse::Value(*Params, TEXT("Files="), Files);
	FParse::Value(*Params, TEXT("Animations="), Animations);
	const TStrongObjectPtr<UCSTalkBakeOptions> Options(NewObject<UCSTalkBakeOptions>());
	TStrongObjectPtr<UCSTalkModelAsset> ModelKeeper;
	const TArray<FCSTalkBakeItem> Items = FindItems(Sounds, Files);
	if (!ReadOptions(Params, *Options, ModelKeeper) || (Items.IsEmpty() && Animations.IsEmpty()))
	{
		UE_LOG(LogCSTalk, Error, TEXT("CSTalkBake: wanted -Sounds=, -Files= or -Animations= with something to bake, found nothing"));
		return ExitWrongUse;
	}
	TArray<FCSTalkBakeOutcome> Outcomes = CSTalkEditor::BakeAll(Items, *Options);
	if (!Animations.IsEmpty())
	{
		TArray<UAnimSequence*> Baked = LoadAllBelow<UAnimSequence>(Animations);
		Baked.RemoveAll([](const UAnimSequence* Sequence) { return CSTalkEditor::FindRecord(*Sequence) == nullptr; });
		Outcomes.Append(CSTalkEditor::BakeAgain(Baked, true));
	}
	bool bAllWell = true;
	for (const FCSTalkBakeOutcome& Outcome : Outcomes)
	{
		if (Outcome.Problem.IsEmpty())
		{
			UE_LOG(LogCSTalk, Display, TEXT("%s: %d curves, %d left out, %d keys instead of %d"), *Outcome.Name, Outcome.CurveCount,
				Outcome.PrunedCount, Outcome.KeyCount, Outcome.UnreducedKeyCount);
		}
		else
		{
			UE_LOG(LogCSTalk, Error, TEXT("%s: %s"), *Outcome.Name, *Outcome.Problem);
			bAllWell = false;
		}
	}
	if (!FParse::Param(*Params, TEXT("DryRun")) && !Save(Outcomes))
	{
		UE_LOG(LogCSTalk, Error, TEXT("CSTalkBake: some packages could not be saved; are they writable?"));
		bAllWell = false;
	}
	if (FParse::Value(*Params, TEXT("Report="), ReportPath) && !FFileHelper::SaveStringToFile(MakeReport(Outcomes), *ReportPath))
	{
		UE_LOG(LogCSTalk, Error, TEXT("CSTalkBake: cannot write %s"), *ReportPath);
		bAllWell = false;
	}
	return bAllWell ? ExitDone : ExitSomeFailed;
}
