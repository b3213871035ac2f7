// Declarations for type-checking, not the engine's file. Module UnrealEd; facts in signatures.csv.
#pragma once

#include "Factories/Factory.h"

class USkeleton;

class UAnimSequenceFactory : public UFactory
{
	CST_ENGINE_CLASS(UAnimSequenceFactory, UFactory)
	TObjectPtr<USkeleton> TargetSkeleton;
};
