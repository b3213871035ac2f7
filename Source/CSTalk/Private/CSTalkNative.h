// The C++ face of the CSTalk library: what the Unreal plugin and every other C++ host call.
//
// Plain C++17 without exceptions, RTTI or Unreal. CSTalkNative.cpp belongs to it and is compiled by the host, with the
// host's own standard library and flags.
//
// Rules that hold throughout:
// - Cold calls return a Status: a Code and, unless it is Ok, a sentence that says what was wanted and what was found.
//   Calls marked "real-time" return a bare Code, never wait, allocate, lock or log, and may run on an audio thread.
// - Nothing throws, and a fault inside the library comes back as Code::Fault.
// - Texts are UTF-8. Every result is a copy that belongs to the caller; nothing points into the library.
// - Handles are move-only. An empty handle (default made, moved from, or failed to open) answers Code::Misuse.
// - Unless stated otherwise one handle is used by one thread at a time; different handles are independent.
// - Handles keep what they need alive: a Model may be dropped while its sessions and voices go on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cstalk
{

/** What came of a call, sorted by what the caller can do next. Values never change their number. */
enum class Code : std::int32_t
{
	/** Done. */
	Ok = 0,
	/** No row is ready: push more sound, or finish. */
	NeedMore = 1,
	/** The clip was finished and all its rows are out. */
	Finished = 2,
	/** The caller's progress function asked to stop. */
	Cancelled = 3,
	/** Sound, emotion, style, name or path given is at fault: mend or replace it. */
	BadInput = 10,
	/** The model file is at fault: get it again or choose another. */
	BadModel = 11,
	/** The ONNX Runtime library is missing or of another version: install it, or use Provider::Embedded. */
	InstallRuntime = 12,
	/** The provider cannot run on this machine: choose another. */
	ChooseAnotherProvider = 13,
	/** The microphone is missing, busy or forbidden: choose another, or ask for the permission. */
	Device = 14,
	/** This build of the library leaves that part out (for example microphones). */
	NotBuilt = 15,
	/** The call does not fit the state of the handle, or a buffer has the wrong size: a fault of the calling code. */
	Misuse = 16,
	/** Library and header are of different versions: install both from one package. */
	WrongLibrary = 17,
	/** A fault in the library itself; the handle is dead, the process is not. Please report it. */
	Fault = 18,
};

/** A Code, and in words why it is not Ok. */
struct Status
{
	Code Result = Code::Ok;
	/** Empty when Ok. */
	std::string Message;

	bool IsOk() const { return Result == Code::Ok; }
};

/** Version of the interface between this header and the library. */
constexpr std::uint32_t InterfaceVersion = 2;

/** Whether the linked library fits this header. Call it first; use nothing else unless it is Ok. */
Status CheckLibrary();

/** Version of the library, for example "0.1.0". */
std::string LibraryVersion();

// ---------------------------------------------------------------------------------------------------- log

enum class LogLevel : std::uint8_t
{
	Error = 0,
	Warning = 1,
	Info = 2,
	Debug = 3,
};

struct LogRecord
{
	LogLevel Level = LogLevel::Info;
	/** Part of the library that speaks, for example "cstalk_engine::live". */
	std::string Target;
	std::string Text;
};

/**
 * Takes the records that gathered since the last call, oldest first; any thread. The library holds the newest 512 and
 * prints nothing itself. Returns how many were lost because nobody took them in time.
 */
std::uint64_t DrainLog(std::vector<LogRecord>& OutRecords);

/** Records above this level are not even made. Info unless set. */
void SetLogLevel(LogLevel Most);

// ---------------------------------------------------------------------------------------------------- rigs

enum class Rig : std::uint8_t
{
	/** The MetaHuman face board, what models predict: 179 controls and 6 head columns. */
	Board185 = 0,
	/** CTRL_expressions_*: 251 controls and 6 head columns. */
	MetaHuman251 = 1,
	/** ARKit face shapes: 52 controls and 9 angles. */
	Arkit52 = 2,
};

/** The columns of a row. */
struct RigFacts
{
	/** For example "metahuman-251". */
	std::string Name;
	/** Names of all columns in order, head columns last (HeadPitch, HeadYaw, HeadRoll, HeadTranslationX/Y/Z). */
	std::vector<std::string> Columns;
	/** Part of the face of each column: "brows", "eyes", "cheeks", "mouth", "jaw", "neck", and "head" for head columns. */
	std::vector<std::string> Parts;
	/** Columns before the head columns: 251 for MetaHuman251. */
	std::size_t ControlCount = 0;
	/** Changes when a column is added, removed, renamed or moved. */
	std::uint32_t SchemaVersion = 0;
};

RigFacts FactsOf(Rig WantedRig);

/** Length of a row: 185, 257 or 61. Real-time. */
std::size_t ColumnCount(Rig WantedRig);

/** Curve rows a second as a fraction, for example 30000/1001. 0/1 means the model's own. */
struct CurveRate
{
	std::uint32_t Numerator = 0;
	std::uint32_t Denominator = 1;
};

// ---------------------------------------------------------------------------------------------------- models

enum class Provider : std::uint8_t
{
	/** Built in: needs nothing and gives the same bits in tool, editor and game. */
	Embedded = 0,
	/** ONNX Runtime on the CPU. */
	Cpu = 1,
	/** ONNX Runtime on an NVIDIA GPU. */
	Cuda = 2,
	/** ONNX Runtime with TensorRT. */
	TensorRt = 3,
};

struct ModelOptions
{
	Provider RunBy = Provider::Embedded;
	/**
	 * Absolute path of the ONNX Runtime library file that came with CSTalk (libcstalk_onnxruntime.so,
	 * cstalk_onnxruntime.dll, libcstalk_onnxruntime.dylib). Must be set for providers other than Embedded: nothing
	 * is searched for, so a library of another program is never taken. One library a process.
	 */
	std::string OnnxRuntimePath;
};

/** What a model says about itself. */
struct ModelFacts
{
	std::string Name;
	std::string Version;
	std::string Description;
	std::string Licence;
	/** The licence of a training corpus forbids commercial use. */
	bool bNonCommercial = false;
	/** False for a model that hears emotions instead; it goes into Settings::EmotionModel. */
	bool bGivesCurves = true;
	/** What runs it, with engine and version. */
	std::string RunBy;
	/** The model's own rate. */
	CurveRate Rate;
	/** Sound that must have been heard after a row's own time before the row can come out. */
	double LookAheadMs = 0.0;
	/** Names of the emotion weights; the first is the resting one. */
	std::vector<std::string> Emotions;
	/** Names of the style values. */
	std::vector<std::string> Styles;
};

/** A model, checked and ready. Sessions and voices of any number share it; const calls from any thread. */
class Model
{
public:
	Model();
	~Model();
	Model(Model&&) noexcept;
	Model& operator=(Model&&) noexcept;

	/** Reads and checks a model file, given by absolute path. BadInput, BadModel, InstallRuntime, ChooseAnotherProvider. */
	Status Load(const std::string& AbsolutePath, const ModelOptions& Options = {});

	bool IsLoaded() const { return Inner != nullptr; }
	/** Empty for an empty handle. */
	ModelFacts Facts() const;

private:
	friend class Session;
	friend class LivePool;
	friend class Voice;
	struct Impl;
	std::unique_ptr<Impl> Inner;
};

// ---------------------------------------------------------------------------------------------------- settings

struct NamedValue
{
	std::string Name;
	float Value = 0.0f;
};

/** What the face shows, and how. The defaults are those of the command `cstalk animate`. */
struct Settings
{
	/** Columns of the rows that come out. */
	Rig OutputRig = Rig::MetaHuman251;
	/** Rows a second of sessions and bakes; voices are sampled at any time instead. */
	CurveRate Rate;
	/** Emotion weights 0..1 by name; what is missing to 1 is the resting one. Empty: neutral. */
	std::vector<NamedValue> Emotion;
	/** Emotion over time as CSV text with the header time_s,happy,...; used instead of Emotion unless empty. */
	std::string EmotionCurveCsv;
	/** A model that hears the emotion in the voice; used instead of both above unless null. Read only during the call. */
	const Model* EmotionModel = nullptr;
	/** Largest weight of a heard emotion, 0..1. */
	float HeardEmotionStrength = 1.0f;
	/** Strength 0..1.5 by part of the face (brows, eyes, cheeks, mouth, jaw, neck, or all); 1 where not named. */
	std::vector<NamedValue> EmotionStrength;
	/** How much of each part's motion is shown, 0 (at rest) to 1 (default), by part; blinks and gaze belong to the eyes. */
	std::vector<NamedValue> PartWeights;
	/** Style values -3..3 by name; 0 where not named. */
	std::vector<NamedValue> Style;
	/** 0 (still) to 1. */
	float HeadMotion = 0.5f;
	/** How far blinks shut the lids, 0 (no blinks) to 1. */
	float Blinks = 1.0f;
	/** How far the gaze wanders, 0 (straight) to 2; 1 is usual. */
	float Gaze = 1.0f;
	/** Of blinks, gaze and head motion. */
	std::uint64_t Seed = 0;
	/** Time constant for brows, lids, cheeks and mouth corners; lips are never smoothed. */
	float SmoothingMs = 15.0f;
};

/** Settings in a file: JSON that `cstalk studio` saves and `cstalk animate --preset` reads. */
struct Preset
{
	/** What a person calls it; may be empty. */
	std::string Name;
	/** Name or file of the model that it was made with; empty for the default one. */
	std::string ModelName;
	/** Name or file of the model that hears the emotion; empty unless it is heard. Reading leaves Face.EmotionModel null. */
	std::string EmotionModelName;
	/** Rig and rate play no part. Emotion over time stands in EmotionCurveCsv. */
	Settings Face;
};

/** Reads a preset; FileName stands in messages. BadInput names what was wanted, and leaves OutPreset as it was. */
Status ReadPreset(const std::string& FileName, const std::string& Json, Preset& OutPreset);
/** Writes a preset that can be read back. BadInput for values out of range. */
Status WritePreset(const Preset& From, std::string& OutJson);

/** Interleaved sound in one piece: set exactly one of the two pointers. Any rate from 8 to 192 kHz, 1 to 8 channels. */
struct Sound
{
	const float* Floats = nullptr;
	const std::int16_t* Pcm16 = nullptr;
	/** Values in all: sample times times channels. */
	std::size_t ValueCount = 0;
	std::uint32_t RateHz = 0;
	std::uint32_t ChannelCount = 1;
};

/** Curves of one performance: row k is the face at k / Rate seconds, time 0 is the first sample. */
struct Take
{
	Rig TakeRig = Rig::MetaHuman251;
	CurveRate Rate;
	std::size_t ColumnCount = 0;
	/** Axes [row, column]. */
	std::vector<float> Values;

	std::size_t RowCount() const { return ColumnCount == 0 ? 0 : Values.size() / ColumnCount; }
};

/** Told now and then how much is done, 0..1 (negative when the length is not known); returns false to cancel. */
using Progress = std::function<bool(double DoneShare)>;

// ---------------------------------------------------------------------------------------------------- offline

/** One clip from sound to rows. Blocks of any size give the same bits as the clip in one piece. */
class Session
{
public:
	Session();
	~Session();
	Session(Session&&) noexcept;
	Session& operator=(Session&&) noexcept;

	/** Opens for sound that the caller pushes. BadInput, BadModel. */
	Status Open(const Model& WithModel, const Settings& With, std::uint32_t RateHz, std::uint32_t ChannelCount);
	/** Opens on a sound file (wav, flac, mp3, ogg, m4a); then Advance takes the place of Push and Finish. */
	Status OpenFile(const Model& WithModel, const Settings& With, const std::string& Path);

	/** Hears the next interleaved values; the rows that became ready wait for Pull. */
	Status Push(const float* Interleaved, std::size_t ValueCount);
	Status Push(const std::int16_t* Interleaved, std::size_t ValueCount);
	/** Ends the clip: Pull gives the rows that waited for look-ahead, then Finished. */
	Status Finish();
	/** Hears about one more second of the file. Finished when the file is at its end (the session is finished then). */
	Status Advance();
	/** Share of the file heard, 0..1; negative when the file does not tell its length. */
	double FileDone() const;

	/**
	 * Takes ready rows, as many whole ones as fit into ValueCapacity values; OutRowCount says how many. Ok when it
	 * is not 0, otherwise NeedMore or Finished.
	 */
	Code Pull(float* Rows, std::size_t ValueCapacity, std::size_t& OutRowCount);

	/** From the next row on. */
	Status SetEmotion(const std::vector<NamedValue>& Weights);
	Status SetEmotionStrength(const std::vector<NamedValue>& ByPart);

	/** Rate of the rows; that of the settings, or the model's own. */
	CurveRate Rate() const;
	Rig OutputRig() const;

private:
	struct Impl;
	std::unique_ptr<Impl> Inner;
};

/** A whole clip at once; OutTake is touched only when Ok. Cancelled when the progress function said so. */
Status Bake(const Model& WithModel, const Settings& With, const Sound& Clip, Take& OutTake, const Progress& Tell = {});
/** As Bake, from a sound file. */
Status BakeFile(const Model& WithModel, const Settings& With, const std::string& Path, Take& OutTake, const Progress& Tell = {});

/**
 * Rows of one column that are enough as keys with straight lines between them: at every row they differ from the
 * curve by at most Tolerance. None when the whole curve stays within Tolerance of 0; otherwise first and last row are
 * among them. A Tolerance of 0 keeps every row that is not exactly on a line.
 */
Status KeyRows(const Take& Of, std::size_t Column, float Tolerance, std::vector<std::uint32_t>& OutRows);

// ---------------------------------------------------------------------------------------------------- live

/** Worker threads that run the voices of one model. Its voices keep it alive. */
class LivePool
{
public:
	LivePool();
	~LivePool();
	LivePool(LivePool&&) noexcept;
	LivePool& operator=(LivePool&&) noexcept;

	/** Starts the threads; 0 chooses by the machine. A voice costs a few percent of a core. */
	Status Start(const Model& WithModel, std::uint32_t WorkerCount = 0);
	bool IsRunning() const { return Inner != nullptr; }
	/** The pool's clock in seconds, from an origin of its own; 0 for an empty handle. Real-time. */
	double NowS() const;

private:
	friend class Voice;
	struct Impl;
	std::unique_ptr<Impl> Inner;
};

/** The end of a voice that takes sound; belongs to one thread at a time, an audio thread as a rule. */
class AudioInput
{
public:
	AudioInput();
	/** Ends the voice's input: its last rows come out, then the face rests. */
	~AudioInput();
	AudioInput(AudioInput&&) noexcept;
	AudioInput& operator=(AudioInput&&) noexcept;

	/**
	 * Leaves a block of any number of whole sample times for the voice. Real-time. What does not fit (the workers are
	 * more than the capacity behind) is counted as overrun, and silence takes its place so that time stays true.
	 */
	Code Push(const float* Interleaved, std::size_t ValueCount);
	/** Says that so many sample times went missing on the caller's side; silence takes their place. Real-time. */
	Code Lose(std::uint64_t SampleTimes);

private:
	friend class Voice;
	struct Impl;
	std::unique_ptr<Impl> Inner;
};

struct VoiceOptions
{
	/** Of the sound that is pushed; not used with a microphone. */
	std::uint32_t RateHz = 48000;
	std::uint32_t ChannelCount = 1;
	/** Sound that may wait for a worker, 10 to 60000 ms, before more is lost. */
	std::uint32_t CapacityMs = 1000;
	/**
	 * How long after its sound a face is shown, 0 to 2000 ms; whoever plays the voice plays it as much later. 0 always
	 * shows the newest row; negative: the model's look-ahead and one hop.
	 */
	double DelayMs = -1.0;
	/** How long sound may fail to arrive before silence takes its place, 20 to 5000 ms. */
	double StaleAfterMs = 250.0;
	/** Time over which a new emotion or style takes the place of the old one, 0 to 5000 ms. */
	double FadeMs = 250.0;
	/** Peak level, -90 to below 0, that opens a gate for rooms that are never quiet; it closes 6 dB below. 0: no gate. */
	float GateDbfs = 0.0f;
};

/** What a look at a live face found. */
enum class FaceState : std::uint8_t
{
	/** No row is there yet: all values are 0. */
	Waiting = 0,
	/** The face of exactly that time. */
	OnTime = 1,
	/** The row of that time is not there yet: the newest one. */
	Newest = 2,
	/** No row has come for more than half a second: the newest one on its way to rest, or at rest. */
	Resting = 3,
};

struct Shown
{
	FaceState State = FaceState::Waiting;
	/** The voice's time of the face in seconds; 0 is the voice's first sample. */
	double TimeS = 0.0;
};

/** What a voice has done and how late it is, at most 0.1 s old. Quantiles since the voice was opened. */
struct VoiceCounters
{
	/** Sound heard; what was lost counts as silence. */
	double HeardS = 0.0;
	/** Rows made. */
	std::uint64_t RowCount = 0;
	/** From the sound at a row's own time having arrived to the row being readable: everything included. */
	double SoundToCurveP50Ms = 0.0;
	double SoundToCurveP95Ms = 0.0;
	double SoundToCurveP99Ms = 0.0;
	/** Compute time of a hop. */
	double ComputeP50Ms = 0.0;
	double ComputeP95Ms = 0.0;
	double ComputeP99Ms = 0.0;
	/** Sound that did not fit into the ring, that the sender said was missing, and that workers skipped to catch up. */
	double OverrunS = 0.0;
	double MissedS = 0.0;
	double SkippedS = 0.0;
	/** How often nothing arrived for so long that silence took the place. */
	std::uint64_t StaleCount = 0;
	/** The device's clock faster than this machine's, in parts in a million. */
	double DriftPpm = 0.0;
	/** The presentation delay. */
	double DelayMs = 0.0;
	/** Looks at the face by SampleAt and SampleNow, and those that came before their row. */
	std::uint64_t LookCount = 0;
	std::uint64_t EarlyCount = 0;
	/** Level of the input, 0..1: greatest sample and root of the mean square of the last blocks. */
	float Peak = 0.0f;
	float Rms = 0.0f;
	/** All rows of an ended input are out, or the voice failed. */
	bool bHasEnded = false;
};

/** One live speaker. All const calls, the setters among them, may be made from any thread at the same time. */
class Voice
{
public:
	Voice();
	/** Takes the voice out of its pool. */
	~Voice();
	Voice(Voice&&) noexcept;
	Voice& operator=(Voice&&) noexcept;

	/**
	 * Opens for pushed sound; OutInput is the end to push into. Settings::Rate plays no part, and time 0 of
	 * an emotion curve is the voice's first sample. BadInput, BadModel.
	 */
	Status Open(const LivePool& Pool, const Settings& With, const VoiceOptions& Options, AudioInput& OutInput);
	/** Opens on a microphone; an empty name is the system's default. Device, NotBuilt. */
	Status OpenMicrophone(const LivePool& Pool, const Settings& With, const VoiceOptions& Options, const std::string& DeviceName);

	bool IsOpen() const { return Inner != nullptr; }

	/**
	 * The face to show at HostTimeS on the pool's clock (best the time at which the picture will be seen): that of what
	 * was heard DelayMs before. Writes ColumnCount(OutputRig()) values, between rows on a straight line. Real-time;
	 * never waits for a worker. Misuse when ValueCount is another.
	 */
	Code SampleAt(double HostTimeS, float* Row, std::size_t ValueCount, Shown* OutShown = nullptr) const;
	/** As SampleAt for this moment. Real-time. */
	Code SampleNow(float* Row, std::size_t ValueCount, Shown* OutShown = nullptr) const;
	/** The face at a time of the voice itself, whatever the delay; the history holds about 2.5 seconds. Real-time. */
	Code CurvesAt(double VoiceTimeS, float* Row, std::size_t ValueCount, Shown* OutShown = nullptr) const;
	/** The voice's time of the newest row in seconds; negative before the first. Real-time. */
	double NewestTimeS() const;

	/** From the next row on, over FadeMs. */
	Status SetEmotion(const std::vector<NamedValue>& Weights) const;
	Status SetStyle(const std::vector<NamedValue>& Values) const;
	/** From the next row on, over at most 150 ms. */
	Status SetEmotionStrength(const std::vector<NamedValue>& ByPart) const;
	/** From the next row on, over FadeMs; the ranges are those of Settings. */
	Status SetMotion(float HeadMotion, float Blinks, float Gaze) const;
	/** From the next row on, over FadeMs. */
	Status SetPartWeights(const std::vector<NamedValue>& ByPart) const;
	/** Changes by at most a quarter of the time that passes: nothing jumps. */
	Status SetDelayMs(double DelayMs) const;

	VoiceCounters Counters() const;
	/** Why the voice or its microphone stopped; Ok while it goes on. */
	Status Failure() const;
	Rig OutputRig() const;

private:
	struct Impl;
	std::unique_ptr<Impl> Inner;
};

/** Names of the microphones that can be opened now, the default first. Device, NotBuilt. */
Status ListMicrophones(std::vector<std::string>& OutNames);

} // namespace cstalk
