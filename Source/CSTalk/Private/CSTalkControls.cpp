#include "CSTalkControls.h"

#include "CSTalkModule.h"
#include "CSTalkText.h"

const FCSTalkControls& FCSTalkControls::Of(ECSTalkRig Rig)
{
	static const FCSTalkControls MetaHuman(ECSTalkRig::MetaHuman);
	static const FCSTalkControls Board(ECSTalkRig::Board);
	static const FCSTalkControls Arkit(ECSTalkRig::Arkit);
	switch (Rig)
	{
	case ECSTalkRig::Board: return Board;
	case ECSTalkRig::Arkit: return Arkit;
	default: return MetaHuman;
	}
}

FCSTalkControls::FCSTalkControls(ECSTalkRig Rig)
{
	if (!FCSTalkModule::IsLibraryUsable())
	{
		return;
	}
	const cstalk::RigFacts Facts = cstalk::FactsOf(CSTalk::ToNative(Rig));
	const TMap<FString, ECSTalkPart> PartsByName = {
		{TEXT("brows"), ECSTalkPart::Brows}, {TEXT("eyes"), ECSTalkPart::Eyes}, {TEXT("cheeks"), ECSTalkPart::Cheeks},
		{TEXT("mouth"), ECSTalkPart::Mouth}, {TEXT("jaw"), ECSTalkPart::Jaw}, {TEXT("neck"), ECSTalkPart::Neck},
		{TEXT("head"), ECSTalkPart::Head}};
	for (std::size_t Column = 0; Column < Facts.Columns.size(); ++Column)
	{
		const ECSTalkPart* Part = PartsByName.Find(CSTalk::FromUtf8(Facts.Parts[Column]));
		if (Part == nullptr)
		{
			UE_LOG(LogCSTalk, Error, TEXT("Rig %s: wanted a known part of the face for %s, found \"%s\"; install plugin and library from one package"),
				*CSTalk::FromUtf8(Facts.Name), *CSTalk::FromUtf8(Facts.Columns[Column]), *CSTalk::FromUtf8(Facts.Parts[Column]));
			Names.Reset();
			Parts.Reset();
			Places.Reset();
			return;
		}
		const FName ColumnName(*CSTalk::FromUtf8(Facts.Columns[Column]));
		Places.Add(ColumnName, Names.Add(ColumnName));
		Parts.Add(*Part);
	}
}

int32 FCSTalkControls::Find(FName ColumnName) const
{
	const int32* Place = Places.Find(ColumnName);
	return Place != nullptr ? *Place : INDEX_NONE;
}
