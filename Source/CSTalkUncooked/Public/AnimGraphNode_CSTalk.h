// The CSTalk node as it stands in an animation graph.
#pragma once

#include "CoreMinimal.h"
#include "AnimGraphNode_Base.h"
#include "AnimNode_CSTalk.h"
#include "AnimGraphNode_CSTalk.generated.h"

UCLASS(meta = (Keywords = "speech face lip sync metahuman curves emotion"))
class CSTALKUNCOOKED_API UAnimGraphNode_CSTalk : public UAnimGraphNode_Base
{
	GENERATED_BODY()

public:
	UPROPERTY(EditAnywhere, Category = "Settings")
	FAnimNode_CSTalk Node;

	//~ UEdGraphNode
	virtual FText GetNodeTitle(ENodeTitleType::Type TitleType) const override;
	virtual FText GetTooltipText() const override;
	virtual FLinearColor GetNodeTitleColor() const override;
	//~ UK2Node
	virtual FText GetMenuCategory() const override;
};
