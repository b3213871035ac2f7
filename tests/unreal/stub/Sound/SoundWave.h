// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "Sound/SoundBase.h"

class USoundWave : public USoundBase
{
	CST_ENGINE_CLASS(USoundWave, USoundBase)
#if WITH_EDITOR
	bool GetImportedSoundWaveData(TArray<uint8>& OutRawPCMData, uint32& OutSampleRate, uint16& OutNumChannels) const;
#endif
};
