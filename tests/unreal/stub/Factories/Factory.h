// Declarations for type-checking, not the engine's file. Module UnrealEd; facts in signatures.csv.
#pragma once

#include "Templates/SubclassOf.h"
#include "UObject/Object.h"

class UFactory : public UObject
{
	CST_ENGINE_CLASS(UFactory, UObject)
	TSubclassOf<UObject> SupportedClass;
	uint8 bCreateNew : 1;
	uint8 bEditAfterNew : 1;
	virtual UObject* FactoryCreateNew(UClass* InClass, UObject* InParent, FName InName, EObjectFlags Flags, UObject* Context, FFeedbackContext* Warn);
};
