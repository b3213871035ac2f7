// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "Components/ActorComponent.h"

class USceneComponent : public UActorComponent
{
	CST_ENGINE_CLASS(USceneComponent, UActorComponent)
	uint8 bAutoActivate : 1;
	void SetupAttachment(USceneComponent* InParent, FName InSocketName = NAME_None);
};
