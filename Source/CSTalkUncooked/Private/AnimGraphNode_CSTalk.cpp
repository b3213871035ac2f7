#include "AnimGraphNode_CSTalk.h"

#define LOCTEXT_NAMESPACE "CSTalkGraphNode"

FText UAnimGraphNode_CSTalk::GetNodeTitle(ENodeTitleType::Type /*TitleType*/) const
{
	return LOCTEXT("Title", "CSTalk Face");
}

FText UAnimGraphNode_CSTalk::GetTooltipText() const
{
	return LOCTEXT("Tooltip",
		"Writes the face of the actor's CSTalk component into the curves. Put it after an ARKit mapping and before RigLogic.");
}

FLinearColor UAnimGraphNode_CSTalk::GetNodeTitleColor() const
{
	return FLinearColor(0.10f, 0.42f, 0.45f);
}

FText UAnimGraphNode_CSTalk::GetMenuCategory() const
{
	return LOCTEXT("Category", "CSTalk");
}

#undef LOCTEXT_NAMESPACE
