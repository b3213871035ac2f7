// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "Animation/AnimationAsset.h"

class IAnimationDataController;
class IAnimationDataModel;

class UAnimSequenceBase : public UAnimationAsset
{
	CST_ENGINE_CLASS(UAnimSequenceBase, UAnimationAsset)
#if WITH_EDITOR
	IAnimationDataController& GetController();
	IAnimationDataModel* GetDataModel() const;
#endif
};
