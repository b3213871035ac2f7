// Names and face parts of a rig's columns, read once from the library.
#pragma once

#include "CoreMinimal.h"
#include "CSTalkTypes.h"

/** The columns of a row of curves. Never changes once made; any thread may read it. */
class CSTALK_API FCSTalkControls
{
public:
	/** Columns of a rig, head columns last. Empty when the library does not fit this plugin (the log says so). */
	static const FCSTalkControls& Of(ECSTalkRig Rig);

	int32 Num() const { return Names.Num(); }
	const TArray<FName>& GetNames() const { return Names; }
	FName GetName(int32 Column) const { return Names[Column]; }
	ECSTalkPart GetPart(int32 Column) const { return Parts[Column]; }
	/** Place of a column, or INDEX_NONE. */
	int32 Find(FName ColumnName) const;

private:
	explicit FCSTalkControls(ECSTalkRig Rig);

	TArray<FName> Names;
	TArray<ECSTalkPart> Parts;
	TMap<FName, int32> Places;
};
