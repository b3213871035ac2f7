// Declarations for type-checking, not the engine's file. Module PropertyEditor; facts in signatures.csv.
#pragma once

#include "CoreMinimal.h"
#include "Fonts/SlateFontInfo.h"
#include "UObject/Object.h"

class IDetailCategoryBuilder;
namespace ECategoryPriority
{
	enum Type { Variable, Transform, Important, TypeSpecific, Default, Uncommon };
}
class IDetailLayoutBuilder
{
public:
	virtual ~IDetailLayoutBuilder();
	virtual IDetailCategoryBuilder& EditCategory(FName CategoryName, const FText& NewLocalizedDisplayName = FText(), ECategoryPriority::Type CategoryType = ECategoryPriority::Default) = 0;
	virtual void GetObjectsBeingCustomized(TArray<TWeakObjectPtr<UObject>>& OutObjects) const = 0;
	static FSlateFontInfo GetDetailFont();
};
