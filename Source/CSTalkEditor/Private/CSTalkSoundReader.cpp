#include "CSTalkSoundReader.h"

#include "CSTalkBake.h"
#include "Sound/SoundWave.h"

bool CSTalkEditor::ReadSound(const USoundWave& Sound, FCSTalkBakeRequest& OutRequest, FString& OutProblem)
{
	TArray<uint8> Bytes;
	uint32 SampleRateHz = 0;
	uint16 ChannelCount = 0;
	if (!Sound.GetImportedSoundWaveData(Bytes, SampleRateHz, ChannelCount) || Bytes.IsEmpty())
	{
		OutProblem = FString::Printf(
			TEXT("%s: wanted imported 16-bit samples, found none; procedural and MetaSound sources have none, import a wav"), *Sound.GetName());
		return false;
	}
	OutRequest.Samples.SetNumUninitialized(Bytes.Num() / static_cast<int32>(sizeof(int16)));
	FMemory::Memcpy(OutRequest.Samples.GetData(), Bytes.GetData(), static_cast<SIZE_T>(OutRequest.Samples.Num()) * sizeof(int16));
	OutRequest.SampleRateHz = static_cast<int32>(SampleRateHz);
	OutRequest.ChannelCount = ChannelCount;
	return true;
}
