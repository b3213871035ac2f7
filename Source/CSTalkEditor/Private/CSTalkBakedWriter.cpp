#include "CSTalkBakedWriter.h"

#include "AssetToolsModule.h"
#include "CSTalkBake.h"
#include "CSTalkBakedAnimation.h"
#include "IAssetTools.h"
#include "Modules/ModuleManager.h"
#include "ScopedTransaction.h"
#include "Sound/SoundBase.h"
#include "Templates/Casts.h"
#include "UObject/UObjectGlobals.h"

#define LOCTEXT_NAMESPACE "CSTalkBakedWriter"

UCSTalkBakedAnimation* CSTalkEditor::WriteBakedAnimation(const FString& Folder, const FString& Name, USoundBase* Sound,
	const FCSTalkBakeResult& Baked, float Tolerance, FString& OutProblem)
{
	const FString ObjectPath = FString::Printf(TEXT("%s/%s.%s"), *Folder, *Name, *Name);
	UCSTalkBakedAnimation* Asset = LoadObject<UCSTalkBakedAnimation>(nullptr, *ObjectPath, nullptr, LOAD_Quiet | LOAD_NoWarn);
	if (Asset == nullptr)
	{
		IAssetTools& AssetTools = FModuleManager::LoadModuleChecked<FAssetToolsModule>(TEXT("AssetTools")).Get();
		Asset = Cast<UCSTalkBakedAnimation>(AssetTools.CreateAsset(Name, Folder, UCSTalkBakedAnimation::StaticClass(), nullptr));
	}
	if (Asset == nullptr)
	{
		OutProblem = FString::Printf(TEXT("%s: the engine could not create the asset; is the folder writable, or the name taken?"), *ObjectPath);
		return nullptr;
	}
	const FScopedTransaction Transaction(LOCTEXT("Bake", "Bake face curves"));
	Asset->Modify();
	Asset->Sound = Sound;
	Asset->Tolerance = Tolerance;
	Asset->DurationSeconds = static_cast<float>(Baked.Rate.AsSeconds(FFrameTime(FFrameNumber(Baked.RowCount))));
	Asset->Curves.Reset();
	for (const FCSTalkKeys& Keys : Baked.Curves)
	{
		FCSTalkBakedCurve& Curve = Asset->Curves.AddDefaulted_GetRef();
		Curve.Name = Keys.Name;
		for (const FRichCurveKey& Key : Keys.Keys)
		{
			Curve.Keys.AddKey(Key.Time, Key.Value);
		}
	}
	Asset->MarkPackageDirty();
	return Asset;
}

#undef LOCTEXT_NAMESPACE
