#include "CSTalkFactories.h"

#include "CSTalkEmotionTrack.h"
#include "CSTalkModelAsset.h"
#include "UObject/UObjectGlobals.h"

UCSTalkModelFactory::UCSTalkModelFactory()
{
	SupportedClass = UCSTalkModelAsset::StaticClass();
	bCreateNew = true;
	bEditAfterNew = true;
}

UObject* UCSTalkModelFactory::FactoryCreateNew(
	UClass* Class, UObject* InParent, FName Name, EObjectFlags Flags, UObject* /*Context*/, FFeedbackContext* /*Warn*/)
{
	return NewObject<UCSTalkModelAsset>(InParent, Class, Name, Flags);
}

UCSTalkEmotionTrackFactory::UCSTalkEmotionTrackFactory()
{
	SupportedClass = UCSTalkEmotionTrack::StaticClass();
	bCreateNew = true;
	bEditAfterNew = true;
}

UObject* UCSTalkEmotionTrackFactory::FactoryCreateNew(
	UClass* Class, UObject* InParent, FName Name, EObjectFlags Flags, UObject* /*Context*/, FFeedbackContext* /*Warn*/)
{
	return NewObject<UCSTalkEmotionTrack>(InParent, Class, Name, Flags);
}
