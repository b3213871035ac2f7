// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "Engine/EngineTypes.h"
#include "UObject/Object.h"

class AActor;

struct FTickFunction
{
	bool bCanEverTick;
};
struct FActorComponentTickFunction : FTickFunction {};

class UActorComponent : public UObject
{
	CST_ENGINE_CLASS(UActorComponent, UObject)
	FActorComponentTickFunction PrimaryComponentTick;
	AActor* GetOwner() const;
	void RegisterComponent();
	virtual void DestroyComponent(bool bPromoteChildren = false);
	virtual void BeginPlay();
	virtual void EndPlay(const EEndPlayReason::Type EndPlayReason);
	virtual void TickComponent(float DeltaTime, ELevelTick TickType, FActorComponentTickFunction* ThisTickFunction);
};
