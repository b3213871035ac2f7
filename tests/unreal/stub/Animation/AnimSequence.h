// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "Animation/AnimSequenceBase.h"

class UAnimSequence : public UAnimSequenceBase
{
	CST_ENGINE_CLASS(UAnimSequence, UAnimSequenceBase)
};
