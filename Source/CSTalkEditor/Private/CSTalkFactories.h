// New assets from the Content Browser's menu.
#pragma once

#include "CoreMinimal.h"
#include "Factories/Factory.h"
#include "CSTalkFactories.generated.h"

UCLASS()
class UCSTalkModelFactory : public UFactory
{
	GENERATED_BODY()

public:
	UCSTalkModelFactory();

	virtual UObject* FactoryCreateNew(UClass* Class, UObject* InParent, FName Name, EObjectFlags Flags, UObject* Context, FFeedbackContext* Warn) override;
};

UCLASS()
class UCSTalkEmotionTrackFactory : public UFactory
{
	GENERATED_BODY()

public:
	UCSTalkEmotionTrackFactory();

	virtual UObject* FactoryCreateNew(UClass* Class, UObject* InParent, FName Name, EObjectFlags Flags, UObject* Context, FFeedbackContext* Warn) override;
};
