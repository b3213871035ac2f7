// Live voices: the same curves as offline from odd blocks, no allocation where a sound or animation thread stands,
// changes without a jump, many voices and many readers, and every order of letting go.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <functional>
#include <thread>

#include "check.h"

#ifdef CSTALK_COUNT_ALLOCATIONS
// The linker sends every call of these in this program, Rust's included, through here (see CMakeLists.txt).
extern "C"
{
	void* __real_malloc(std::size_t);
	void* __real_calloc(std::size_t, std::size_t);
	void* __real_realloc(void*, std::size_t);
	int __real_posix_memalign(void**, std::size_t, std::size_t);
	void __real_free(void*);
	thread_local long AllocationCount = 0;
	void* __wrap_malloc(std::size_t Size) { ++AllocationCount; return __real_malloc(Size); }
	void* __wrap_calloc(std::size_t Count, std::size_t Size) { ++AllocationCount; return __real_calloc(Count, Size); }
	void* __wrap_realloc(void* Old, std::size_t Size) { ++AllocationCount; return __real_realloc(Old, Size); }
	int __wrap_posix_memalign(void** Out, std::size_t Align, std::size_t Size) { ++AllocationCount; return __real_posix_memalign(Out, Align, Size); }
	void __wrap_free(void* Old) { AllocationCount += Old != nullptr; __real_free(Old); }
}
// Those of the C++ standard library lie in a shared library of their own.
void* operator new(std::size_t Size) { return std::malloc(Size); }
void operator delete(void* Old) noexcept { std::free(Old); }
void operator delete(void* Old, std::size_t) noexcept { std::free(Old); }
#endif

namespace
{

using cstalk::Code;

/** Waits for something that workers bring about; false after a minute. */
bool Eventually(const std::function<bool()>& Holds)
{
	for (int Round = 0; Round < 30000; ++Round)
	{
		if (Holds())
		{
			return true;
		}
		std::this_thread::sleep_for(std::chrono::milliseconds(2));
	}
	return false;
}

/**
 * Lets a sender run ahead of its voice by at most 0.7 s, then waits until it is 0.3 s: far faster than real time, so that
 * nothing goes stale even on a busy machine, and with few waits.
 */
bool KeepPace(const cstalk::Voice& Voice, double PushedS)
{
	return PushedS < 0.7 || Voice.NewestTimeS() > PushedS - 0.7 ||
		Eventually([&] { return Voice.NewestTimeS() > PushedS - 0.3; });
}

/** Sound never waits for long, and silence never takes its place: what tests of equality need on a busy machine. */
cstalk::VoiceOptions Patient(const check::Recording& Speech)
{
	cstalk::VoiceOptions Options;
	Options.RateHz = Speech.RateHz;
	Options.ChannelCount = Speech.ChannelCount;
	Options.CapacityMs = 2000;
	Options.StaleAfterMs = 5000.0;
	return Options;
}

void OddBlocksAreOffline(const check::Places& Places, const cstalk::LivePool& Pool, const cstalk::Model& Model)
{
	const check::Recording Speech = check::ReadWav(Places.Speech());
	cstalk::Settings With;
	With.Emotion = {{"sad", 0.5f}};
	cstalk::Take Offline;
	EXPECT_OK(cstalk::Bake(Model, With, Speech.AsFloats(), Offline));

	cstalk::AudioInput Input;
	cstalk::Voice Voice;
	EXPECT_OK(Voice.Open(Pool, With, Patient(Speech), Input));
	EXPECT(Voice.NewestTimeS() < 0.0 && Voice.OutputRig() == cstalk::Rig::MetaHuman251);
	const std::size_t Columns = Offline.ColumnCount;
	const double HopS = 0.02;
	std::vector<float> Live;
	const auto Gather = [&] {
		for (;;)
		{
			const double TimeS = static_cast<double>(Live.size() / Columns) * HopS;
			if (Voice.NewestTimeS() < TimeS - 1e-9)
			{
				return;
			}
			Live.resize(Live.size() + Columns);
			cstalk::Shown Shown;
			EXPECT(Voice.CurvesAt(TimeS, Live.data() + Live.size() - Columns, Columns, &Shown) == Code::Ok);
			EXPECT(std::abs(Shown.TimeS - TimeS) < 1e-9);
		}
	};
	check::OddBlocks Blocks;
	for (std::size_t At = 0; At < Speech.Floats.size();)
	{
		const std::size_t Count = Blocks.Next(Speech.Floats.size() - At);
		EXPECT(Input.Push(Speech.Floats.data() + At, Count) == Code::Ok);
		At += Count;
		EXPECT(KeepPace(Voice, static_cast<double>(At) / Speech.RateHz));
		Gather();
	}
	Input = cstalk::AudioInput();
	EXPECT(Eventually([&] { return Voice.Counters().bHasEnded; }));
	Gather();
	EXPECT(Live.size() == Offline.Values.size());
	EXPECT(Live == Offline.Values);
	EXPECT_OK(Voice.Failure());
	const cstalk::VoiceCounters Counters = Voice.Counters();
	EXPECT_FOUND(Counters.OverrunS == 0.0 && Counters.SkippedS == 0.0 && Counters.StaleCount == 0,
		std::to_string(Counters.OverrunS) + " s overrun, " + std::to_string(Counters.SkippedS) + " s skipped, stale " +
			std::to_string(Counters.StaleCount) + " times");
	EXPECT(Counters.RowCount == Offline.RowCount());
	std::printf("odd blocks: %zu rows, live %016llx, offline %016llx; hop p50 %.2f ms, p99 %.2f ms\n", Live.size() / Columns,
		static_cast<unsigned long long>(check::HashOf(Live)), static_cast<unsigned long long>(check::HashOf(Offline.Values)),
		Counters.ComputeP50Ms, Counters.ComputeP99Ms);
}

void RealTimeCallsDoNotAllocate(const check::Places& Places, const cstalk::LivePool& Pool)
{
#ifdef CSTALK_COUNT_ALLOCATIONS
	const check::Recording Speech = check::ReadWav(Places.Speech());
	cstalk::AudioInput Input;
	cstalk::Voice Voice;
	EXPECT_OK(Voice.Open(Pool, {}, Patient(Speech), Input));
	float Row[257];
	cstalk::Shown Shown;
	const long Before = AllocationCount;
	for (int Index = 0; Index < 400; ++Index)
	{
		EXPECT(Input.Push(Speech.Floats.data() + Index * 100, 100) == Code::Ok);
		EXPECT(Input.Lose(1) == Code::Ok);
		EXPECT(Voice.SampleNow(Row, 257, &Shown) == Code::Ok);
		EXPECT(Voice.SampleAt(Pool.NowS(), Row, 257) == Code::Ok);
		EXPECT(Voice.CurvesAt(Voice.NewestTimeS() - 0.013, Row, 257) == Code::Ok);
	}
	EXPECT(Voice.SampleNow(Row, 5) == Code::Misuse && Voice.SampleNow(nullptr, 257) == Code::Misuse);
	const long During = AllocationCount - Before;
	EXPECT_FOUND(During == 0, std::to_string(During));
	const long BeforeCold = AllocationCount;
	EXPECT_OK(Voice.SetEmotion({{"happy", 1.0f}}));
	EXPECT(AllocationCount > BeforeCold); // The count counts.
	EXPECT(Voice.Counters().MissedS >= 0.0);
	EXPECT(Voice.Counters().LookCount >= 800);
#else
	static_cast<void>(Places);
	static_cast<void>(Pool);
	std::printf("SKIPPED cpp live allocations: sanitizers own the allocator\n");
#endif
}

void ChangesDoNotJump(const check::Places& Places, const cstalk::LivePool& Pool)
{
	const check::Recording Speech = check::ReadWav(Places.Speech());
	cstalk::AudioInput Input;
	cstalk::Voice Voice;
	cstalk::Settings With;
	With.HeadMotion = 0.0f;
	With.Blinks = 0.0f;
	With.Gaze = 0.0f;
	EXPECT_OK(Voice.Open(Pool, With, Patient(Speech), Input));
	const std::vector<float> Silence(Speech.RateHz / 10, 0.0f);
	std::vector<float> Row(257);
	std::vector<float> Before(257);
	float Changed = 0.0f;
	float GreatestStep = 0.0f;
	std::vector<float> First;
	int Hop = 0;
	for (int Push = 1; Push <= 25; ++Push)
	{
		EXPECT(Input.Push(Silence.data(), Silence.size()) == Code::Ok);
		const double PushedS = Push * 0.1;
		EXPECT(Eventually([&] { return Voice.NewestTimeS() > PushedS - 0.15; }));
		for (; Hop * 0.02 <= Voice.NewestTimeS() + 1e-9; ++Hop)
		{
			EXPECT(Voice.CurvesAt(Hop * 0.02, Row.data(), Row.size()) == Code::Ok);
			First = First.empty() ? Row : First;
			for (std::size_t Column = 0; Hop > 0 && Column < 251; ++Column)
			{
				GreatestStep = std::max(GreatestStep, std::abs(Row[Column] - Before[Column]));
				Changed = std::max(Changed, std::abs(Row[Column] - First[Column]));
			}
			Before = Row;
		}
		if (Push == 8)
		{
			EXPECT_OK(Voice.SetEmotion({{"angry", 1.0f}}));
			EXPECT_OK(Voice.SetStyle({{"brows", 1.0f}}));
			EXPECT_OK(Voice.SetEmotionStrength({{"mouth", 0.7f}}));
			// Blinks are quick by themselves.
			EXPECT_OK(Voice.SetMotion(0.8f, 0.0f, 0.5f));
			EXPECT_OK(Voice.SetPartWeights({{"mouth", 0.9f}}));
			EXPECT_OK(Voice.SetDelayMs(150.0));
		}
	}
	EXPECT_FOUND(Changed > 0.15f, std::to_string(Changed));
	EXPECT_FOUND(GreatestStep < 0.15f, std::to_string(GreatestStep));
	EXPECT(Voice.SetEmotion({{"joyful", 1.0f}}).Result == Code::BadInput);
	EXPECT(Voice.SetStyle({{"swagger", 1.0f}}).Result == Code::BadInput);
	EXPECT(Voice.SetEmotionStrength({{"ears", 1.0f}}).Result == Code::BadInput);
	EXPECT(Voice.SetMotion(0.5f, 2.0f, 1.0f).Result == Code::BadInput);
	EXPECT(Voice.SetPartWeights({{"mouth", 1.1f}}).Result == Code::BadInput);
	EXPECT(Voice.SetDelayMs(-1.0).Result == Code::BadInput);
	std::printf("changes: face moved by %.2f, greatest step of 20 ms %.3f\n", static_cast<double>(Changed), static_cast<double>(GreatestStep));
}

void ManyVoicesAndReaders(const check::Places& Places, const cstalk::LivePool& Pool)
{
	const check::Recording Speech = check::ReadWav(Places.Speech());
	constexpr std::size_t VoiceCount = 8;
	std::vector<cstalk::AudioInput> Inputs(VoiceCount);
	std::vector<cstalk::Voice> Voices(VoiceCount);
	for (std::size_t Index = 0; Index < VoiceCount; ++Index)
	{
		EXPECT_OK(Voices[Index].Open(Pool, {}, Patient(Speech), Inputs[Index]));
	}
	std::atomic<bool> bStop{false};
	std::atomic<long> LookCount{0};
	std::atomic<long> WrongCount{0};
	std::vector<std::thread> Readers;
	for (int Reader = 0; Reader < 2; ++Reader)
	{
		Readers.emplace_back([&] {
			std::vector<float> Row(257);
			while (!bStop)
			{
				for (const cstalk::Voice& Voice : Voices)
				{
					const bool bFine = Voice.SampleNow(Row.data(), Row.size()) == Code::Ok &&
						std::all_of(Row.begin(), Row.begin() + 251, [](float Value) { return Value >= 0.0f && Value <= 1.0f; });
					WrongCount += !bFine;
					++LookCount;
				}
				std::this_thread::sleep_for(std::chrono::milliseconds(1));
			}
		});
	}
	const std::size_t Third = Speech.Floats.size() / 3;
	std::vector<double> Newest(VoiceCount, -1.0);
	for (std::size_t At = 0; At < Third;)
	{
		const std::size_t Count = std::min<std::size_t>(441, Third - At);
		for (cstalk::AudioInput& Input : Inputs)
		{
			EXPECT(Input.Push(Speech.Floats.data() + At, Count) == Code::Ok);
		}
		At += Count;
		for (std::size_t Index = 0; Index < VoiceCount; ++Index)
		{
			EXPECT(KeepPace(Voices[Index], static_cast<double>(At) / Speech.RateHz));
			EXPECT(Voices[Index].NewestTimeS() >= Newest[Index]);
			Newest[Index] = Voices[Index].NewestTimeS();
		}
	}
	bStop = true;
	for (std::thread& Reader : Readers)
	{
		Reader.join();
	}
	EXPECT(LookCount > 100 && WrongCount == 0);
}

void OverrunsAreCounted(const check::Places& Places, const cstalk::Model& Model)
{
	cstalk::LivePool Pool;
	EXPECT_OK(Pool.Start(Model, 1));
	const check::Recording Speech = check::ReadWav(Places.Speech());
	cstalk::VoiceOptions Options = Patient(Speech);
	Options.CapacityMs = 100;
	cstalk::AudioInput Input;
	cstalk::Voice Voice;
	EXPECT_OK(Voice.Open(Pool, {}, Options, Input));
	EXPECT(Input.Push(Speech.Floats.data(), Speech.RateHz) == Code::Ok);
	EXPECT(Input.Lose(Speech.RateHz / 2) == Code::Ok);
	Input = cstalk::AudioInput();
	EXPECT(Eventually([&] { return Voice.Counters().bHasEnded; }));
	const cstalk::VoiceCounters Counters = Voice.Counters();
	EXPECT_FOUND(Counters.OverrunS > 0.5 && Counters.OverrunS < 0.95, std::to_string(Counters.OverrunS));
	EXPECT_FOUND(std::abs(Counters.MissedS - 0.5) < 0.01, std::to_string(Counters.MissedS));
	EXPECT_FOUND(std::abs(Counters.HeardS - 1.5) < 0.05, std::to_string(Counters.HeardS));
	std::vector<float> Row(257);
	cstalk::Shown Shown;
	EXPECT(Eventually([&] {
		return Voice.SampleNow(Row.data(), Row.size(), &Shown) == Code::Ok && Shown.State == cstalk::FaceState::Resting &&
			std::all_of(Row.begin(), Row.end(), [](float Value) { return Value == 0.0f; });
	}));
}

void LetGoInAnyOrder(const check::Places& Places)
{
	const check::Recording Speech = check::ReadWav(Places.Speech());
	float Row[257];
	for (int Order = 0; Order < 4; ++Order)
	{
		cstalk::Model Model;
		EXPECT_OK(Model.Load(Places.LiveModel()));
		cstalk::LivePool Pool;
		EXPECT_OK(Pool.Start(Model, 1));
		cstalk::AudioInput Input;
		cstalk::Voice Voice;
		EXPECT_OK(Voice.Open(Pool, {}, Patient(Speech), Input));
		Model = cstalk::Model();
		EXPECT(Input.Push(Speech.Floats.data(), 8000) == Code::Ok);
		switch (Order)
		{
		case 0: // The pool's handle first: the voice keeps the workers.
			Pool = cstalk::LivePool();
			EXPECT(Eventually([&] { return Voice.NewestTimeS() > 0.0; }));
			break;
		case 1: // The voice first: what is pushed then goes nowhere.
			Voice = cstalk::Voice();
			EXPECT(Input.Push(Speech.Floats.data(), 8000) == Code::Ok);
			EXPECT(Voice.SampleNow(Row, 257) == Code::Misuse);
			break;
		case 2: // The input first: the last rows come out.
			Input = cstalk::AudioInput();
			EXPECT(Eventually([&] { return Voice.Counters().bHasEnded; }));
			EXPECT(Input.Push(Speech.Floats.data(), 1) == Code::Misuse && Input.Lose(1) == Code::Misuse);
			break;
		default: // A new voice in the old one's place.
			EXPECT_OK(Voice.Open(Pool, {}, Patient(Speech), Input));
			EXPECT(Input.Push(Speech.Floats.data(), 8000) == Code::Ok);
			EXPECT(Eventually([&] { return Voice.NewestTimeS() > 0.0; }));
		}
	}
}

void Errors(const check::Places& Places, const cstalk::LivePool& Pool)
{
	const auto Refused = [](const cstalk::Status& Told, Code Wanted, const char* Part) {
		EXPECT_FOUND(Told.Result == Wanted && Told.Message.find(Part) != std::string::npos, Told.Message);
	};
	cstalk::AudioInput Input;
	cstalk::Voice Voice;
	cstalk::LivePool Empty;
	const cstalk::VoiceOptions Plain;
	Refused(Empty.Start(cstalk::Model(), 1), Code::Misuse, "loaded model");
	cstalk::Model Hearing;
	EXPECT_OK(Hearing.Load(Places.EmotionModel()));
	Refused(Voice.Open(Empty, {}, Plain, Input), Code::Misuse, "running pool");
	Refused(Voice.SetEmotion({}), Code::Misuse, "not open");
	Refused(Voice.SetStyle({}), Code::Misuse, "not open");
	Refused(Voice.SetMotion(0.5f, 1.0f, 1.0f), Code::Misuse, "not open");
	Refused(Voice.SetDelayMs(1.0), Code::Misuse, "not open");
	Refused(Voice.Failure(), Code::Misuse, "not open");
	EXPECT(Voice.NewestTimeS() < 0.0 && Voice.Counters().RowCount == 0 && Empty.NowS() == 0.0);
	cstalk::Model Live;
	EXPECT_OK(Live.Load(Places.LiveModel()));
	cstalk::LivePool TooMany;
	Refused(TooMany.Start(Live, 1000), Code::BadInput, "1 to 64 workers, got 1000");
	cstalk::LivePool NoFace;
	EXPECT_OK(NoFace.Start(Hearing, 1));
	Refused(Voice.Open(NoFace, {}, Plain, Input), Code::BadModel, "moves no");
	const auto Opened = [&](const std::function<void(cstalk::Settings&, cstalk::VoiceOptions&)>& Change) {
		cstalk::Settings With;
		cstalk::VoiceOptions Options;
		Change(With, Options);
		return Voice.Open(Pool, With, Options, Input);
	};
	Refused(Opened([](cstalk::Settings&, cstalk::VoiceOptions& Options) { Options.RateHz = 1; }), Code::BadInput, "got 1");
	Refused(Opened([](cstalk::Settings&, cstalk::VoiceOptions& Options) { Options.ChannelCount = 0; }), Code::BadInput, "got 0");
	Refused(Opened([](cstalk::Settings&, cstalk::VoiceOptions& Options) { Options.CapacityMs = 0; }), Code::BadInput, "ring");
	Refused(Opened([](cstalk::Settings&, cstalk::VoiceOptions& Options) { Options.DelayMs = 1e9; }), Code::BadInput, "delay");
	Refused(Opened([](cstalk::Settings&, cstalk::VoiceOptions& Options) { Options.StaleAfterMs = std::nan(""); }), Code::BadInput, "stale");
	Refused(Opened([](cstalk::Settings&, cstalk::VoiceOptions& Options) { Options.FadeMs = -5.0; }), Code::BadInput, "fade");
	Refused(Opened([](cstalk::Settings&, cstalk::VoiceOptions& Options) { Options.GateDbfs = -120.0f; }), Code::BadInput, "gate");
	Refused(Opened([](cstalk::Settings& With, cstalk::VoiceOptions&) { With.Emotion = {{"joyful", 1.0f}}; }), Code::BadInput, "happy");
	Refused(Opened([](cstalk::Settings& With, cstalk::VoiceOptions&) { With.OutputRig = static_cast<cstalk::Rig>(7); }), Code::BadInput, "got 7");
	EXPECT(!Voice.IsOpen() && Input.Push(nullptr, 0) == Code::Misuse);
	// Whether a machine has a microphone is not ours to say; a name that none has is refused in words everywhere.
	Refused(Voice.OpenMicrophone(Empty, {}, Plain, ""), Code::Misuse, "running pool");
	const cstalk::Status Microphone = Voice.OpenMicrophone(Pool, {}, Plain, "no such microphone");
	EXPECT_FOUND((Microphone.Result == Code::Device || Microphone.Result == Code::NotBuilt) && !Microphone.Message.empty(), Microphone.Message);
	std::vector<std::string> Names = {"old"};
	const cstalk::Status Listed = cstalk::ListMicrophones(Names);
	EXPECT_FOUND(Listed.IsOk() || (Listed.Result == Microphone.Result && Names.empty()), Listed.Message);
	cstalk::Settings Heard;
	Heard.EmotionModel = &Hearing;
	cstalk::VoiceOptions Gated;
	Gated.GateDbfs = -45.0f;
	EXPECT_OK(Voice.Open(Pool, Heard, Gated, Input));
	EXPECT(Input.Push(nullptr, 7) == Code::Ok);
}

} // namespace

int main(int ArgumentCount, char** Arguments)
{
	const check::Places Places(ArgumentCount, Arguments);
	EXPECT_OK(cstalk::CheckLibrary());
	cstalk::Model Model;
	EXPECT_OK(Model.Load(Places.LiveModel()));
	if (Model.IsLoaded())
	{
		cstalk::LivePool Pool;
		EXPECT_OK(Pool.Start(Model));
		EXPECT(Pool.NowS() >= 0.0);
		OddBlocksAreOffline(Places, Pool, Model);
		RealTimeCallsDoNotAllocate(Places, Pool);
		ChangesDoNotJump(Places, Pool);
		ManyVoicesAndReaders(Places, Pool);
		OverrunsAreCounted(Places, Model);
		LetGoInAnyOrder(Places);
		Errors(Places, Pool);
	}
	return check::Finish("live");
}
