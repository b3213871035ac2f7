#include "CSTalkSoundTap.h"

namespace
{
	/** Enough for 0.5 s of stereo at 48 kHz; the game thread connects within a frame or two. */
	constexpr int32 StagedCapacity = 48000;
}

FCSTalkSoundTap::FCSTalkSoundTap()
{
	Staged.Reserve(StagedCapacity);
}

bool FCSTalkSoundTap::GetFormat(int32& OutSampleRateHz, int32& OutChannelCount) const
{
	OutSampleRateHz = SampleRateHz.load(std::memory_order_acquire);
	OutChannelCount = ChannelCount.load(std::memory_order_relaxed);
	return OutSampleRateHz > 0;
}

void FCSTalkSoundTap::Connect(cstalk::AudioInput&& Into)
{
	Input = MoveTemp(Into);
	bConnected.store(true, std::memory_order_release);
}

void FCSTalkSoundTap::OnNewBuffer(const ISourceBufferListener::FOnNewBufferParams& Buffer)
{
	if (Buffer.AudioData == nullptr || Buffer.NumSamples <= 0 || Buffer.NumChannels <= 0)
	{
		return;
	}
	int32 Followed = INDEX_NONE;
	if (!FollowedSource.compare_exchange_strong(Followed, Buffer.SourceId) && Followed != Buffer.SourceId)
	{
		return;
	}
	if (!bConnected.load(std::memory_order_acquire))
	{
		Stage(Buffer);
		return;
	}
	if (!Staged.IsEmpty())
	{
		Input.Push(Staged.GetData(), static_cast<std::size_t>(Staged.Num()));
		Staged.Reset();
	}
	if (UnstagedSampleTimes > 0)
	{
		Input.Lose(UnstagedSampleTimes);
		UnstagedSampleTimes = 0;
	}
	Input.Push(Buffer.AudioData, static_cast<std::size_t>(Buffer.NumSamples));
}

void FCSTalkSoundTap::OnSourceReleased(const int32 SourceId)
{
	// Another source may be followed next; without one the voice eases the face to rest.
	int32 Followed = SourceId;
	FollowedSource.compare_exchange_strong(Followed, INDEX_NONE);
}

void FCSTalkSoundTap::Stage(const ISourceBufferListener::FOnNewBufferParams& Buffer)
{
	if (Staged.Num() + Buffer.NumSamples <= StagedCapacity)
	{
		Staged.Append(Buffer.AudioData, Buffer.NumSamples);
	}
	else
	{
		UnstagedSampleTimes += static_cast<uint64>(Buffer.NumSamples / Buffer.NumChannels);
	}
	ChannelCount.store(Buffer.NumChannels, std::memory_order_relaxed);
	SampleRateHz.store(Buffer.SampleRate, std::memory_order_release);
}
