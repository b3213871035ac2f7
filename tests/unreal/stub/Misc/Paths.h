// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "Containers/UnrealString.h"

class FPaths
{
public:
	static FString ProjectDir();
	static FString ProjectContentDir();
	static bool FileExists(const FString& InPath);
	static bool DirectoryExists(const FString& InPath);
	static FString GetExtension(const FString& InPath, bool bIncludeDot = false);
	static FString GetBaseFilename(const FString& InPath, bool bRemovePath = true);
	static FString ConvertRelativePathToFull(const FString& InPath);
	static FString ConvertRelativePathToFull(const FString& BasePath, const FString& InPath);
	static FString MakeValidFileName(const FString& InString, const TCHAR InReplacementChar = 0);
	template <typename... Parts>
	static FString Combine(const Parts&... Values)
	{
		static_assert((std::is_convertible_v<const Parts&, FString> && ...), "Combine of what is no text");
		return FString();
	}
};
