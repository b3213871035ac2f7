// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "CoreMinimal.h"

class ISourceBufferListener
{
public:
	virtual ~ISourceBufferListener();
	struct FOnNewBufferParams
	{
		const float* AudioData = nullptr;
		int32 SourceId = INDEX_NONE;
		int32 NumSamples = INDEX_NONE;
		int32 NumChannels = INDEX_NONE;
		int32 SampleRate = INDEX_NONE;
	};
	virtual void OnNewBuffer(const FOnNewBufferParams&) = 0;
	virtual void OnSourceReleased(const int32 InSourceId) = 0;
};
using FSharedISourceBufferListenerPtr = TSharedPtr<ISourceBufferListener, ESPMode::ThreadSafe>;
