#include "CSTalkPresets.h"

#include "CSTalkEmotionTrack.h"
#include "CSTalkModule.h"
#include "CSTalkText.h"
#include "HAL/FileManager.h"
#include "Misc/FileHelper.h"
#include "Misc/Paths.h"
#include "UObject/Package.h"
#include "UObject/UObjectGlobals.h"

namespace
{
	const TCHAR* const Ending = TEXT(".json");
	/** What the studio's files have before it. */
	const TCHAR* const StudioEnding = TEXT(".cstalk");

	/** The project's own come first and hide the plugin's of the same name. */
	TArray<FString> Folders()
	{
		return {FPaths::Combine(FPaths::ProjectContentDir(), TEXT("CSTalk/Presets")),
			FPaths::Combine(FCSTalkModule::GetFolder(), TEXT("Content/Presets"))};
	}

	FString FileOf(const FString& Folder, const FString& Name)
	{
		return FPaths::Combine(Folder, FPaths::MakeValidFileName(Name) + Ending);
	}

	/** Empty when there is none of that name. */
	FString FindFile(const FString& Name)
	{
		for (const FString& Folder : Folders())
		{
			for (const FString& Path : {FileOf(Folder, Name), FileOf(Folder, Name + StudioEnding)})
			{
				if (FPaths::FileExists(Path))
				{
					return Path;
				}
			}
		}
		return FString();
	}

	bool IsLibraryUsable()
	{
		if (!FCSTalkModule::IsLibraryUsable())
		{
			UE_LOG(LogCSTalk, Error, TEXT("Presets: the CSTalk library does not fit this plugin; see the log at start-up"));
			return false;
		}
		return true;
	}

	/** Finds and reads a preset; false with the reason in the log. */
	bool Open(const FString& Name, FString& OutPath, cstalk::Preset& OutPreset)
	{
		OutPath = FindFile(Name);
		if (OutPath.IsEmpty())
		{
			UE_LOG(LogCSTalk, Error, TEXT("Preset \"%s\": not there; known are %s"), *Name, *FString::Join(UCSTalkPresets::ListPresets(), TEXT(", ")));
			return false;
		}
		FString Text;
		if (!FFileHelper::LoadFileToString(Text, *OutPath))
		{
			UE_LOG(LogCSTalk, Error, TEXT("Preset %s: cannot be read"), *OutPath);
			return false;
		}
		if (!IsLibraryUsable())
		{
			return false;
		}
		const cstalk::Status Read = cstalk::ReadPreset(CSTalk::ToUtf8(OutPath), CSTalk::ToUtf8(Text), OutPreset);
		if (!Read.IsOk())
		{
			UE_LOG(LogCSTalk, Error, TEXT("%s"), *CSTalk::FromUtf8(Read.Message));
		}
		return Read.IsOk();
	}
}

TArray<FString> UCSTalkPresets::ListPresets()
{
	TArray<FString> Names;
	for (const FString& Folder : Folders())
	{
		TArray<FString> Files;
		IFileManager::Get().FindFiles(Files, *Folder, TEXT("json"));
		for (const FString& File : Files)
		{
			FString Name = FPaths::GetBaseFilename(File);
			Name.RemoveFromEnd(StudioEnding);
			Names.AddUnique(Name);
		}
	}
	Names.Sort();
	return Names;
}

bool UCSTalkPresets::ReadPreset(const FString& Name, FCSTalkPerformance& OutPerformance, FString& OutEmotionCsv)
{
	FString Path;
	cstalk::Preset Preset;
	if (!Open(Name, Path, Preset))
	{
		return false;
	}
	TArray<FString> LeftOut;
	OutPerformance = CSTalk::FromNative(Preset.Face, LeftOut);
	OutEmotionCsv = CSTalk::FromUtf8(Preset.Face.EmotionCurveCsv);
	for (const FString& Each : LeftOut)
	{
		UE_LOG(LogCSTalk, Warning, TEXT("Preset %s: %s"), *Path, *Each);
	}
	if (!Preset.EmotionModelName.empty())
	{
		UE_LOG(LogCSTalk, Warning, TEXT("Preset %s: the emotion is heard in the voice with the model \"%s\", which the plugin does not do; the rest is loaded"),
			*Path, *CSTalk::FromUtf8(Preset.EmotionModelName));
	}
	if (!Preset.ModelName.empty())
	{
		UE_LOG(LogCSTalk, Log, TEXT("Preset %s was made with the model \"%s\""), *Path, *CSTalk::FromUtf8(Preset.ModelName));
	}
	return true;
}

bool UCSTalkPresets::LoadPreset(const FString& Name, FCSTalkPerformance& OutPerformance)
{
	FString EmotionCsv;
	if (!ReadPreset(Name, OutPerformance, EmotionCsv))
	{
		return false;
	}
	if (!EmotionCsv.IsEmpty())
	{
		UE_LOG(LogCSTalk, Warning, TEXT("Preset \"%s\" has emotion over time, which a performance does not hold: LoadPresetTrack gives it as an emotion track"),
			*Name);
	}
	return true;
}

UCSTalkEmotionTrack* UCSTalkPresets::LoadPresetTrack(const FString& Name, UObject* Outer)
{
	FString Path;
	cstalk::Preset Preset;
	if (!Open(Name, Path, Preset) || Preset.Face.EmotionCurveCsv.empty())
	{
		return nullptr;
	}
	UCSTalkEmotionTrack* Track = NewObject<UCSTalkEmotionTrack>(Outer != nullptr ? Outer : GetTransientPackage());
	return Track->SetFromCsv(Path, CSTalk::FromUtf8(Preset.Face.EmotionCurveCsv)) ? Track : nullptr;
}

bool UCSTalkPresets::SavePreset(const FString& Name, const FCSTalkPerformance& Performance)
{
	if (Name.IsEmpty())
	{
		UE_LOG(LogCSTalk, Error, TEXT("Preset: wanted a name, got none"));
		return false;
	}
	if (!IsLibraryUsable())
	{
		return false;
	}
	cstalk::Preset Preset;
	Preset.Name = CSTalk::ToUtf8(Name);
	Preset.Face = CSTalk::ToNative(Performance, ECSTalkRig::MetaHuman);
	std::string Json;
	const cstalk::Status Written = cstalk::WritePreset(Preset, Json);
	if (!Written.IsOk())
	{
		UE_LOG(LogCSTalk, Error, TEXT("%s"), *CSTalk::FromUtf8(Written.Message));
		return false;
	}
	const FString Path = FileOf(Folders()[0], Name);
	const FString Unfinished = Path + TEXT(".tmp");
	// Left to itself the engine writes UTF-16 where a name is not plain ASCII, and then only the plugin could read the file.
	if (!FFileHelper::SaveStringToFile(CSTalk::FromUtf8(Json), *Unfinished, FFileHelper::EEncodingOptions::ForceUTF8WithoutBOM)
		|| !IFileManager::Get().Move(*Path, *Unfinished))
	{
		UE_LOG(LogCSTalk, Error, TEXT("Preset %s: cannot be written"), *Path);
		return false;
	}
	return true;
}
