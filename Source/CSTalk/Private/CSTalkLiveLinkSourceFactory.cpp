#include "CSTalkLiveLinkSourceFactory.h"

#include "CSTalkLiveLinkSource.h"

#define LOCTEXT_NAMESPACE "CSTalkLiveLink"

FText UCSTalkLiveLinkSourceFactory::GetSourceDisplayName() const
{
	return LOCTEXT("Source", "CSTalk microphone");
}

FText UCSTalkLiveLinkSourceFactory::GetSourceTooltip() const
{
	return LOCTEXT("SourceTooltip", "A speaking face from a microphone: MetaHuman curves under one subject");
}

TSharedPtr<ILiveLinkSource> UCSTalkLiveLinkSourceFactory::CreateSource(const FString& /*ConnectionString*/) const
{
	// Everything that can be chosen is in the source's settings, which Live Link saves with its presets.
	return MakeShared<FCSTalkLiveLinkSource>();
}

#undef LOCTEXT_NAMESPACE
