// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "Engine/EngineTypes.h"
#include "UObject/Object.h"

class UActorComponent;
class USceneComponent;

class AActor : public UObject
{
	CST_ENGINE_CLASS(AActor, UObject)
	USceneComponent* GetRootComponent() const;
	template <typename T> T* FindComponentByClass() const;
	template <typename T> T* CreateDefaultSubobject(FName SubobjectName, bool bTransient = false);
	virtual void BeginPlay();
};
