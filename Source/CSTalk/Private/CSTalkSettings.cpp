#include "CSTalkSettings.h"

#include "CSTalkModule.h"
#include "Misc/Paths.h"

FName UCSTalkSettings::GetCategoryName() const
{
	return TEXT("Plugins");
}

FString UCSTalkSettings::ResolveModelPath(const FString& NameOrPath)
{
	if (FPaths::GetExtension(NameOrPath).IsEmpty())
	{
		return FPaths::Combine(FCSTalkModule::GetFolder(), TEXT("Content/Models"), NameOrPath + TEXT(".onnx"));
	}
	return FPaths::ConvertRelativePathToFull(FPaths::ProjectDir(), NameOrPath);
}
