// Declarations for type-checking, not the engine's file. Module PropertyEditor; facts in signatures.csv.
#pragma once

#include "Delegates/Delegate.h"
#include "Modules/ModuleInterface.h"

class IDetailCustomization;
class IDetailsView;
using FOnGetDetailCustomizationInstance = TDelegate<TSharedRef<IDetailCustomization>()>;

struct FDetailsViewArgs
{
	enum ENameAreaSettings { HideNameArea, ObjectsUseNameArea, ActorsUseNameArea, ComponentsAndActorsUseNameArea };
	FDetailsViewArgs();
	ENameAreaSettings NameAreaSettings;
	bool bAllowSearch;
};
class FPropertyEditorModule : public IModuleInterface
{
public:
	virtual void RegisterCustomClassLayout(FName ClassName, FOnGetDetailCustomizationInstance DetailLayoutDelegate);
	virtual void UnregisterCustomClassLayout(FName ClassName);
	virtual TSharedRef<IDetailsView> CreateDetailView(const FDetailsViewArgs& DetailsViewArgs);
};
