// Listens to a playing sound on the audio render thread and leaves its samples for a voice.
#pragma once

#include "CoreMinimal.h"
#include "Audio.h"
#include "CSTalkNative.h"
#include <atomic>

/**
 * Works for every sound that plays, however it is loaded or compressed. The format is known with the first buffer only,
 * so the first buffers wait in reserved memory until the game thread has opened a voice of that format.
 */
class FCSTalkSoundTap final : public ISourceBufferListener
{
public:
	FCSTalkSoundTap();

	/** Game thread: whether the format is known, and which it is. */
	bool GetFormat(int32& OutSampleRateHz, int32& OutChannelCount) const;

	/** Game thread, once: from the next buffer on, samples go into this input. */
	void Connect(cstalk::AudioInput&& Into);

	//~ ISourceBufferListener, audio render thread: no lock, allocation or log
	virtual void OnNewBuffer(const ISourceBufferListener::FOnNewBufferParams& Buffer) override;
	virtual void OnSourceReleased(const int32 SourceId) override;

private:
	void Stage(const ISourceBufferListener::FOnNewBufferParams& Buffer);

	/** The source that is followed: a cue may play several at once, on several threads, and a face has one mouth. */
	std::atomic<int32> FollowedSource{INDEX_NONE};
	std::atomic<int32> SampleRateHz{0};
	std::atomic<int32> ChannelCount{0};
	std::atomic<bool> bConnected{false};
	/** Written before bConnected, used by the audio thread after it. */
	cstalk::AudioInput Input;
	/** Of the thread of the followed source only, but for its reserve. */
	TArray<float> Staged;
	uint64 UnstagedSampleTimes = 0;
};
