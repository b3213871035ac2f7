// Declarations for type-checking, not the engine's file. Module LiveLinkInterface; facts in signatures.csv.
#pragma once

#include "CoreMinimal.h"

struct FLiveLinkSubjectName
{
	FLiveLinkSubjectName();
	FLiveLinkSubjectName(FName InName);
};
struct FLiveLinkSubjectKey
{
	FLiveLinkSubjectKey();
	FLiveLinkSubjectKey(FGuid InSource, FName InSubjectName);
};
struct FLiveLinkBaseStaticData
{
	TArray<FName> PropertyNames;
	static UScriptStruct* StaticStruct();
};
struct FLiveLinkWorldTime
{
	FLiveLinkWorldTime();
	explicit FLiveLinkWorldTime(double InTime);
};
struct FLiveLinkBaseFrameData
{
	FLiveLinkWorldTime WorldTime;
	TArray<float> PropertyValues;
	static UScriptStruct* StaticStruct();
};
class FLiveLinkBaseDataStruct
{
public:
	template <typename T> T* Cast();
};
class FLiveLinkStaticDataStruct : public FLiveLinkBaseDataStruct
{
public:
	FLiveLinkStaticDataStruct(const UScriptStruct* InType);
	FLiveLinkStaticDataStruct(FLiveLinkStaticDataStruct&& Other);
	FLiveLinkStaticDataStruct(const FLiveLinkStaticDataStruct&) = delete;
};
class FLiveLinkFrameDataStruct : public FLiveLinkBaseDataStruct
{
public:
	FLiveLinkFrameDataStruct(const UScriptStruct* InType);
	FLiveLinkFrameDataStruct(FLiveLinkFrameDataStruct&& Other);
	FLiveLinkFrameDataStruct(const FLiveLinkFrameDataStruct&) = delete;
};
