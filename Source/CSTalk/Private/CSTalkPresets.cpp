#include "CSTalkPresets.h"

#include "CSTalkModule.h"
#include "HAL/FileManager.h"
#include "JsonObjectConverter.h"
#include "Misc/FileHelper.h"
#include "Misc/Paths.h"

namespace
{
	/** The project's own come first and hide the plugin's of the same name. */
	TArray<FString> Folders()
	{
		return {FPaths::Combine(FPaths::ProjectContentDir(), TEXT("CSTalk/Presets")),
			FPaths::Combine(FCSTalkModule::GetFolder(), TEXT("Content/Presets"))};
	}

	FString FileOf(const FString& Folder, const FString& Name)
	{
		return FPaths::Combine(Folder, FPaths::MakeValidFileName(Name) + TEXT(".json"));
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
			Names.AddUnique(FPaths::GetBaseFilename(File));
		}
	}
	Names.Sort();
	return Names;
}

bool UCSTalkPresets::LoadPreset(const FString& Name, FCSTalkPerformance& OutPerformance)
{
	for (const FString& Folder : Folders())
	{
		const FString Path = FileOf(Folder, Name);
		FString Text;
		if (!FPaths::FileExists(Path))
		{
			continue;
		}
		FCSTalkPerformance Read;
		if (FFileHelper::LoadFileToString(Text, *Path) && FJsonObjectConverter::JsonObjectStringToUStruct(Text, &Read))
		{
			OutPerformance = Read;
			return true;
		}
		UE_LOG(LogCSTalk, Error, TEXT("Preset %s: wanted a JSON object of performance values, found something else"), *Path);
		return false;
	}
	UE_LOG(LogCSTalk, Error, TEXT("Preset \"%s\": not there; known are %s"), *Name, *FString::Join(ListPresets(), TEXT(", ")));
	return false;
}

bool UCSTalkPresets::SavePreset(const FString& Name, const FCSTalkPerformance& Performance)
{
	const FString Path = FileOf(Folders()[0], Name);
	const FString Unfinished = Path + TEXT(".tmp");
	FString Text;
	if (Name.IsEmpty() || !FJsonObjectConverter::UStructToJsonObjectString(Performance, Text))
	{
		UE_LOG(LogCSTalk, Error, TEXT("Preset: wanted a name and a performance, got \"%s\""), *Name);
		return false;
	}
	if (!FFileHelper::SaveStringToFile(Text, *Unfinished) || !IFileManager::Get().Move(*Path, *Unfinished))
	{
		UE_LOG(LogCSTalk, Error, TEXT("Preset %s: cannot be written"), *Path);
		return false;
	}
	return true;
}
