// Declarations for type-checking, not the engine's file. Module CoreUObject; facts in signatures.csv.
#pragma once

#include "CoreMinimal.h"
#include "UObject/WeakObjectPtr.h"

class UObject
{
public:
	virtual ~UObject();
	static UClass* StaticClass();
	FString GetName() const;
	FString GetPathName() const;
	UPackage* GetOutermost() const;
	virtual bool Modify(bool bAlwaysMarkDirty = true);
	virtual bool IsEditorOnly() const;
	bool MarkPackageDirty() const;
	void SaveConfig();
#if WITH_EDITOR
	virtual void PostEditChange();
#endif
};
