#include "CoreMinimal.h"
#include "CoreGlobals.h"
#include "CSTalkComponent.h"
#include "CSTalkComponentDetails.h"
#include "CSTalkMenus.h"
#include "Framework/Application/SlateApplication.h"
#include "Misc/CoreDelegates.h"
#include "Misc/EngineVersionComparison.h"
#include "Modules/ModuleManager.h"
#include "PropertyEditorModule.h"
#include "SCSTalkEmotionPanel.h"

namespace
{
	FSimpleMulticastDelegate& PostEngineInit()
	{
#if UE_VERSION_OLDER_THAN(5, 8, 0)
		return FCoreDelegates::OnPostEngineInit;
#else
		return FCoreDelegates::GetOnPostEngineInit();
#endif
	}
}

class FCSTalkEditorModule : public IModuleInterface
{
public:
	virtual void StartupModule() override
	{
		FPropertyEditorModule& PropertyEditor = FModuleManager::LoadModuleChecked<FPropertyEditorModule>(TEXT("PropertyEditor"));
		PropertyEditor.RegisterCustomClassLayout(
			ComponentClass, FOnGetDetailCustomizationInstance::CreateStatic(&FCSTalkComponentDetails::MakeInstance));
		// A commandlet has neither menus nor tabs.
		if (!GIsEditor || IsRunningCommandlet())
		{
			return;
		}
		CSTalkEditor::RegisterMenus();
		if (FSlateApplication::IsInitialized())
		{
			RegisterTab();
		}
		else
		{
			PostEngineInitHandle = PostEngineInit().AddRaw(this, &FCSTalkEditorModule::RegisterTab);
		}
	}

	virtual void ShutdownModule() override
	{
		PostEngineInit().Remove(PostEngineInitHandle);
		if (bTabIsRegistered)
		{
			SCSTalkEmotionPanel::UnregisterTab();
			CSTalkEditor::UnregisterMenus();
		}
		if (FPropertyEditorModule* PropertyEditor = FModuleManager::GetModulePtr<FPropertyEditorModule>(TEXT("PropertyEditor")))
		{
			PropertyEditor->UnregisterCustomClassLayout(ComponentClass);
		}
	}

private:
	void RegisterTab()
	{
		SCSTalkEmotionPanel::RegisterTab();
		bTabIsRegistered = true;
	}

	/** Reflection knows classes without their prefix. */
	const FName ComponentClass = TEXT("CSTalkComponent");
	FDelegateHandle PostEngineInitHandle;
	bool bTabIsRegistered = false;
};

IMPLEMENT_MODULE(FCSTalkEditorModule, CSTalkEditor)
