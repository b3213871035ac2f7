// The C++ face of the CSTalk library; CSTalkNative.h says what each call does. This file moves values across and
// owns lifetimes: it computes nothing.
//
// It begins with cxx's runtime and the generated half of the bridge, which are installed with the library and belong to
// its very version, so that the host compiles them with its own standard library and flags. Their definitions must
// stand before their first use.

#if defined(_MSC_VER)
#pragma warning(push, 0)
#elif defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wmissing-declarations"
#endif
#include "rust/cxx.cc"

#include "cstalk/bridge.cc"
#if defined(_MSC_VER)
#pragma warning(pop)
#elif defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#include "CSTalkNative.h"

#include <algorithm>
#include <utility>

namespace cstalk
{

namespace
{

static_assert(static_cast<std::int32_t>(Code::Finished) == static_cast<std::int32_t>(bridge::Code::Finished), "codes agree");
static_assert(static_cast<std::int32_t>(Code::BadInput) == static_cast<std::int32_t>(bridge::Code::BadInput), "codes agree");
static_assert(static_cast<std::int32_t>(Code::Fault) == static_cast<std::int32_t>(bridge::Code::Fault), "codes agree");

/** Most values of a take, as in the library: 1 GiB. */
constexpr std::size_t MaxTakeValues = std::size_t(1) << 28;

Code CodeOf(bridge::Code From)
{
	return static_cast<Code>(static_cast<std::int32_t>(From));
}

/** Any bytes are taken; what is not UTF-8 is replaced, and then not found under its name. */
rust::String Text(const std::string& From)
{
	return rust::String::lossy(From.data(), From.size());
}

std::string Copy(const rust::String& From)
{
	return std::string(From.data(), From.size());
}

std::vector<std::string> Copy(const rust::Vec<rust::String>& From)
{
	std::vector<std::string> Texts;
	Texts.reserve(From.size());
	for (const rust::String& Each : From)
	{
		Texts.push_back(Copy(Each));
	}
	return Texts;
}

Status Copy(const bridge::Status& From)
{
	return Status{CodeOf(From.code), Copy(From.message)};
}

CurveRate Copy(const bridge::Rate& From)
{
	return CurveRate{From.numerator, From.denominator};
}

/** A slice must not point to null, even when it is empty. */
template <typename Value>
rust::Slice<const Value> View(const Value* First, std::size_t Count)
{
	static const Value Nothing[1] = {};
	return rust::Slice<const Value>(First != nullptr ? First : Nothing, First != nullptr ? Count : 0);
}

rust::Vec<bridge::NamedValue> Values(const std::vector<NamedValue>& From)
{
	rust::Vec<bridge::NamedValue> Copies;
	Copies.reserve(From.size());
	for (const NamedValue& Each : From)
	{
		Copies.push_back(bridge::NamedValue{Text(Each.Name), Each.Value});
	}
	return Copies;
}

rust::Slice<const bridge::NamedValue> View(const rust::Vec<bridge::NamedValue>& From)
{
	return rust::Slice<const bridge::NamedValue>(From.data(), From.size());
}

bridge::Settings Translate(const Settings& From)
{
	bridge::Settings To{};
	To.rig = static_cast<std::uint8_t>(From.OutputRig);
	To.rate = bridge::Rate{From.Rate.Numerator, From.Rate.Denominator};
	To.emotion = Values(From.Emotion);
	To.emotion_curve_csv = Text(From.EmotionCurveCsv);
	To.hears_emotion = From.EmotionModel != nullptr;
	To.heard_emotion_strength = From.HeardEmotionStrength;
	To.emotion_strength = Values(From.EmotionStrength);
	To.part_weights = Values(From.PartWeights);
	To.style = Values(From.Style);
	To.head_motion = From.HeadMotion;
	To.blinks = From.Blinks;
	To.gaze = From.Gaze;
	To.seed = From.Seed;
	To.smoothing_ms = From.SmoothingMs;
	return To;
}

Status Misuse(const char* Message)
{
	return Status{Code::Misuse, Message};
}

} // namespace

// ---------------------------------------------------------------------------------------------------- library

Status CheckLibrary()
{
	const std::uint32_t Found = bridge::interface_version();
	if (Found == InterfaceVersion)
	{
		return Status{};
	}
	return Status{Code::WrongLibrary, "wanted the CSTalk library with interface " + std::to_string(InterfaceVersion) + ", got " +
		LibraryVersion() + " with interface " + std::to_string(Found) + ": take library and sources from one package"};
}

std::string LibraryVersion()
{
	return Copy(bridge::library_version());
}

std::uint64_t DrainLog(std::vector<LogRecord>& OutRecords)
{
	rust::Vec<bridge::LogRecord> Records;
	const std::uint64_t LostCount = bridge::drain_log(Records);
	for (const bridge::LogRecord& Each : Records)
	{
		OutRecords.push_back(LogRecord{static_cast<LogLevel>(Each.level), Copy(Each.target), Copy(Each.text)});
	}
	return LostCount;
}

void SetLogLevel(LogLevel Most)
{
	bridge::set_log_level(static_cast<std::uint8_t>(Most));
}

RigFacts FactsOf(Rig WantedRig)
{
	bridge::Status Told{};
	const bridge::RigFacts From = bridge::rig_facts(static_cast<std::uint8_t>(WantedRig), Told);
	RigFacts To;
	To.Name = Copy(From.name);
	To.Columns = Copy(From.columns);
	To.Parts = Copy(From.parts);
	To.ControlCount = From.control_count;
	To.SchemaVersion = From.schema_version;
	return To;
}

std::size_t ColumnCount(Rig WantedRig)
{
	switch (WantedRig)
	{
	case Rig::Board185:
		return 185;
	case Rig::MetaHuman251:
		return 257;
	case Rig::Arkit52:
		return 61;
	}
	return 0;
}

// ---------------------------------------------------------------------------------------------------- preset

namespace
{
std::vector<NamedValue> Copy(const rust::Vec<bridge::NamedValue>& From)
{
	std::vector<NamedValue> Copies;
	Copies.reserve(From.size());
	for (const bridge::NamedValue& Each : From)
	{
		Copies.push_back(NamedValue{Copy(Each.name), Each.value});
	}
	return Copies;
}
} // namespace

Status ReadPreset(const std::string& FileName, const std::string& Json, Preset& OutPreset)
{
	bridge::Status Told{};
	const bridge::Preset From = bridge::read_preset(Text(FileName), Text(Json), Told);
	if (CodeOf(Told.code) != Code::Ok)
	{
		return Copy(Told);
	}
	Preset To;
	To.Name = Copy(From.name);
	To.ModelName = Copy(From.model);
	To.EmotionModelName = Copy(From.emotion_model);
	To.Face.Emotion = Copy(From.face.emotion);
	To.Face.EmotionCurveCsv = Copy(From.face.emotion_curve_csv);
	To.Face.HeardEmotionStrength = From.face.heard_emotion_strength;
	To.Face.EmotionStrength = Copy(From.face.emotion_strength);
	To.Face.PartWeights = Copy(From.face.part_weights);
	To.Face.Style = Copy(From.face.style);
	To.Face.HeadMotion = From.face.head_motion;
	To.Face.Blinks = From.face.blinks;
	To.Face.Gaze = From.face.gaze;
	To.Face.Seed = From.face.seed;
	To.Face.SmoothingMs = From.face.smoothing_ms;
	OutPreset = std::move(To);
	return Copy(Told);
}

Status WritePreset(const Preset& From, std::string& OutJson)
{
	bridge::Preset To{};
	To.name = Text(From.Name);
	To.model = Text(From.ModelName);
	To.emotion_model = Text(From.EmotionModelName);
	To.face = Translate(From.Face);
	rust::String Json;
	const bridge::Status Told = bridge::write_preset(To, Json);
	if (CodeOf(Told.code) == Code::Ok)
	{
		OutJson = Copy(Json);
	}
	return Copy(Told);
}

// ---------------------------------------------------------------------------------------------------- model

struct Model::Impl
{
	rust::Box<bridge::Model> Handle;
};

Model::Model() = default;
Model::~Model() = default;
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;

Status Model::Load(const std::string& AbsolutePath, const ModelOptions& Options)
{
	if (AbsolutePath.empty())
	{
		return Status{Code::BadInput, "wanted the absolute path of a model file, got an empty one"};
	}
	bridge::Status Told{};
	rust::Box<bridge::Model> Loaded =
		bridge::load_model(Text(AbsolutePath), static_cast<std::uint8_t>(Options.RunBy), Text(Options.OnnxRuntimePath), Told);
	if (Told.code == bridge::Code::Ok)
	{
		Inner = std::unique_ptr<Impl>(new Impl{std::move(Loaded)});
	}
	return Copy(Told);
}

ModelFacts Model::Facts() const
{
	ModelFacts To;
	if (Inner == nullptr)
	{
		return To;
	}
	bridge::Status Told{};
	const bridge::ModelFacts From = bridge::model_facts(*Inner->Handle, Told);
	To.Name = Copy(From.name);
	To.Version = Copy(From.version);
	To.Description = Copy(From.description);
	To.Licence = Copy(From.licence);
	To.bNonCommercial = From.non_commercial;
	To.bGivesCurves = From.gives_curves;
	To.RunBy = Copy(From.run_by);
	To.Rate = Copy(From.rate);
	To.LookAheadMs = From.look_ahead_ms;
	To.Emotions = Copy(From.emotions);
	To.Styles = Copy(From.styles);
	return To;
}

// ---------------------------------------------------------------------------------------------------- session

struct Session::Impl
{
	rust::Box<bridge::Session> Handle;
	Rig OutputRig;
};

Session::Session() = default;
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

namespace
{

/** Why these models cannot make a session; Ok if they can. */
Status CheckModels(const Model& WithModel, const Settings& With)
{
	if (!WithModel.IsLoaded())
	{
		return Misuse("a session needs a loaded model");
	}
	if (With.EmotionModel != nullptr && !With.EmotionModel->IsLoaded())
	{
		return Misuse("a session that hears the emotion needs a loaded model for that");
	}
	return Status{};
}

} // namespace

Status Session::Open(const Model& WithModel, const Settings& With, std::uint32_t RateHz, std::uint32_t ChannelCount)
{
	Inner.reset();
	const Status Checked = CheckModels(WithModel, With);
	if (!Checked.IsOk())
	{
		return Checked;
	}
	const Model& Hearing = With.EmotionModel != nullptr ? *With.EmotionModel : WithModel;
	bridge::Status Told{};
	rust::Box<bridge::Session> Opened = bridge::open_session(
		*WithModel.Inner->Handle, *Hearing.Inner->Handle, Translate(With), RateHz, ChannelCount, Told);
	if (Told.code == bridge::Code::Ok)
	{
		Inner = std::unique_ptr<Impl>(new Impl{std::move(Opened), With.OutputRig});
	}
	return Copy(Told);
}

Status Session::OpenFile(const Model& WithModel, const Settings& With, const std::string& Path)
{
	Inner.reset();
	const Status Checked = CheckModels(WithModel, With);
	if (!Checked.IsOk())
	{
		return Checked;
	}
	const Model& Hearing = With.EmotionModel != nullptr ? *With.EmotionModel : WithModel;
	bridge::Status Told{};
	rust::Box<bridge::Session> Opened = bridge::open_file_session(
		*WithModel.Inner->Handle, *Hearing.Inner->Handle, Translate(With), Text(Path), Told);
	if (Told.code == bridge::Code::Ok)
	{
		Inner = std::unique_ptr<Impl>(new Impl{std::move(Opened), With.OutputRig});
	}
	return Copy(Told);
}

namespace
{
const char* const SessionIsEmpty = "the session is not open";
}

Status Session::Push(const float* Interleaved, std::size_t ValueCount)
{
	return Inner == nullptr ? Misuse(SessionIsEmpty) : Copy(Inner->Handle->push(View(Interleaved, ValueCount)));
}

Status Session::Push(const std::int16_t* Interleaved, std::size_t ValueCount)
{
	return Inner == nullptr ? Misuse(SessionIsEmpty) : Copy(Inner->Handle->push_pcm16(View(Interleaved, ValueCount)));
}

Status Session::Finish()
{
	return Inner == nullptr ? Misuse(SessionIsEmpty) : Copy(Inner->Handle->finish());
}

Status Session::Advance()
{
	return Inner == nullptr ? Misuse(SessionIsEmpty) : Copy(Inner->Handle->advance());
}

double Session::FileDone() const
{
	return Inner == nullptr ? -1.0 : Inner->Handle->file_done();
}

Code Session::Pull(float* Rows, std::size_t ValueCapacity, std::size_t& OutRowCount)
{
	OutRowCount = 0;
	if (Inner == nullptr || Rows == nullptr)
	{
		return Code::Misuse;
	}
	const bridge::Pulled Got = Inner->Handle->pull(rust::Slice<float>(Rows, ValueCapacity));
	OutRowCount = Got.row_count;
	return CodeOf(Got.code);
}

Status Session::SetEmotion(const std::vector<NamedValue>& Weights)
{
	return Inner == nullptr ? Misuse(SessionIsEmpty)
							: Copy(Inner->Handle->set_values(bridge::ValueKind::Emotion, View(Values(Weights))));
}

Status Session::SetEmotionStrength(const std::vector<NamedValue>& ByPart)
{
	return Inner == nullptr ? Misuse(SessionIsEmpty)
							: Copy(Inner->Handle->set_values(bridge::ValueKind::EmotionStrength, View(Values(ByPart))));
}

CurveRate Session::Rate() const
{
	return Inner == nullptr ? CurveRate{} : Copy(Inner->Handle->rate());
}

Rig Session::OutputRig() const
{
	return Inner == nullptr ? Rig::MetaHuman251 : Inner->OutputRig;
}

// ---------------------------------------------------------------------------------------------------- bake

namespace
{

/** Moves the rows that are ready to the end of a take. */
Status Gather(Session& From, Take& Into)
{
	std::vector<float> Rows(64 * Into.ColumnCount);
	for (;;)
	{
		std::size_t RowCount = 0;
		const Code Got = From.Pull(Rows.data(), Rows.size(), RowCount);
		if (Got != Code::Ok)
		{
			return Got == Code::NeedMore || Got == Code::Finished ? Status{} : Status{Got, "the session failed while its rows were taken"};
		}
		const std::size_t ValueCount = RowCount * Into.ColumnCount;
		if (Into.Values.size() + ValueCount > MaxTakeValues)
		{
			return Status{Code::BadInput, "wanted a clip of at most 2^28 curve values (4.8 hours of metahuman-251 at 60 rows a second): bake it in parts"};
		}
		Into.Values.insert(Into.Values.end(), Rows.begin(), Rows.begin() + static_cast<std::ptrdiff_t>(ValueCount));
	}
}

Take EmptyTake(const Session& Of)
{
	Take Made;
	Made.TakeRig = Of.OutputRig();
	Made.Rate = Of.Rate();
	Made.ColumnCount = ColumnCount(Made.TakeRig);
	return Made;
}

bool GoesOn(const Progress& Tell, double DoneShare)
{
	return !Tell || Tell(DoneShare);
}

const char* const WasCancelled = "the progress function asked to stop";

} // namespace

Status Bake(const Model& WithModel, const Settings& With, const Sound& Clip, Take& OutTake, const Progress& Tell)
{
	if ((Clip.Floats == nullptr) == (Clip.Pcm16 == nullptr))
	{
		return Misuse("a sound has exactly one of Floats and Pcm16");
	}
	Session Run;
	Status Told = Run.Open(WithModel, With, Clip.RateHz, Clip.ChannelCount);
	if (!Told.IsOk())
	{
		return Told;
	}
	Take Made = EmptyTake(Run);
	const std::size_t BlockValues = static_cast<std::size_t>(Clip.RateHz) * Clip.ChannelCount;
	for (std::size_t Done = 0; Done < Clip.ValueCount; Done += std::min(BlockValues, Clip.ValueCount - Done))
	{
		if (!GoesOn(Tell, static_cast<double>(Done) / static_cast<double>(Clip.ValueCount)))
		{
			return Status{Code::Cancelled, WasCancelled};
		}
		const std::size_t ValueCount = std::min(BlockValues, Clip.ValueCount - Done);
		Told = Clip.Floats != nullptr ? Run.Push(Clip.Floats + Done, ValueCount) : Run.Push(Clip.Pcm16 + Done, ValueCount);
		Told = Told.IsOk() ? Gather(Run, Made) : Told;
		if (!Told.IsOk())
		{
			return Told;
		}
	}
	Told = Run.Finish();
	Told = Told.IsOk() ? Gather(Run, Made) : Told;
	if (Told.IsOk() && Made.Values.empty())
	{
		Told = Status{Code::BadInput, "wanted speech, got a sound without a single sample"};
	}
	if (Told.IsOk() && !GoesOn(Tell, 1.0))
	{
		Told = Status{Code::Cancelled, WasCancelled};
	}
	if (Told.IsOk())
	{
		OutTake = std::move(Made);
	}
	return Told;
}

Status BakeFile(const Model& WithModel, const Settings& With, const std::string& Path, Take& OutTake, const Progress& Tell)
{
	Session Run;
	Status Told = Run.OpenFile(WithModel, With, Path);
	if (!Told.IsOk())
	{
		return Told;
	}
	Take Made = EmptyTake(Run);
	for (bool bAtEnd = false; !bAtEnd;)
	{
		if (!GoesOn(Tell, Run.FileDone()))
		{
			return Status{Code::Cancelled, WasCancelled};
		}
		Told = Run.Advance();
		bAtEnd = Told.Result == Code::Finished;
		Told = Told.IsOk() || bAtEnd ? Gather(Run, Made) : Told;
		if (!Told.IsOk())
		{
			return Told;
		}
	}
	if (Made.Values.empty())
	{
		return Status{Code::BadInput, Path + ": wanted speech, got a file without a single sample"};
	}
	if (!GoesOn(Tell, 1.0))
	{
		return Status{Code::Cancelled, WasCancelled};
	}
	OutTake = std::move(Made);
	return Status{};
}

Status KeyRows(const Take& Of, std::size_t Column, float Tolerance, std::vector<std::uint32_t>& OutRows)
{
	rust::Vec<std::uint32_t> Rows;
	const bridge::Status Told = bridge::key_rows(View(Of.Values.data(), Of.Values.size()), Of.ColumnCount, Column, Tolerance, Rows);
	OutRows.clear();
	OutRows.reserve(Rows.size());
	for (const std::uint32_t Row : Rows)
	{
		OutRows.push_back(Row);
	}
	return Copy(Told);
}

// ---------------------------------------------------------------------------------------------------- live

struct LivePool::Impl
{
	rust::Box<bridge::Pool> Handle;
	/** Settings of a voice that hears no emotion name this one. */
	rust::Box<bridge::Model> NoModel;
};

LivePool::LivePool() = default;
LivePool::~LivePool() = default;
LivePool::LivePool(LivePool&&) noexcept = default;
LivePool& LivePool::operator=(LivePool&&) noexcept = default;

Status LivePool::Start(const Model& WithModel, std::uint32_t WorkerCount)
{
	Inner.reset();
	if (!WithModel.IsLoaded())
	{
		return Misuse("a pool needs a loaded model");
	}
	bridge::Status Told{};
	rust::Box<bridge::Pool> Started = bridge::start_pool(*WithModel.Inner->Handle, WorkerCount, Told);
	if (Told.code == bridge::Code::Ok)
	{
		bridge::Status Ignored{};
		Inner = std::unique_ptr<Impl>(new Impl{std::move(Started), bridge::load_model(rust::String(), 0, rust::String(), Ignored)});
	}
	return Copy(Told);
}

double LivePool::NowS() const
{
	return Inner == nullptr ? 0.0 : Inner->Handle->now_s();
}

struct AudioInput::Impl
{
	rust::Box<bridge::AudioInput> Handle;
};

AudioInput::AudioInput() = default;
AudioInput::~AudioInput() = default;
AudioInput::AudioInput(AudioInput&&) noexcept = default;
AudioInput& AudioInput::operator=(AudioInput&&) noexcept = default;

Code AudioInput::Push(const float* Interleaved, std::size_t ValueCount)
{
	return Inner == nullptr ? Code::Misuse : CodeOf(Inner->Handle->push(View(Interleaved, ValueCount)));
}

Code AudioInput::Lose(std::uint64_t SampleTimes)
{
	return Inner == nullptr ? Code::Misuse : CodeOf(Inner->Handle->lose(SampleTimes));
}

struct Voice::Impl
{
	rust::Box<bridge::Voice> Handle;
	Rig OutputRig;

	Code Look(bridge::Clock On, double TimeS, float* Row, std::size_t ValueCount, Shown* OutShown) const
	{
		if (Row == nullptr)
		{
			return Code::Misuse;
		}
		bridge::Shown Found{};
		const bridge::Code Told = Handle->look(On, TimeS, rust::Slice<float>(Row, ValueCount), Found);
		if (OutShown != nullptr)
		{
			*OutShown = Shown{static_cast<FaceState>(Found.state), Found.time_s};
		}
		return CodeOf(Told);
	}
};

Voice::Voice() = default;
Voice::~Voice() = default;
Voice::Voice(Voice&&) noexcept = default;
Voice& Voice::operator=(Voice&&) noexcept = default;

namespace
{

/** Why a voice cannot be opened here; Ok if it can. */
Status CheckVoice(const LivePool& Pool, const Settings& With)
{
	if (!Pool.IsRunning())
	{
		return Misuse("a voice needs a running pool");
	}
	if (With.EmotionModel != nullptr && !With.EmotionModel->IsLoaded())
	{
		return Misuse("a voice that hears the emotion needs a loaded model for that");
	}
	return Status{};
}

bridge::VoiceOptions Translate(const VoiceOptions& From)
{
	return bridge::VoiceOptions{From.RateHz, From.ChannelCount, From.CapacityMs, From.DelayMs, From.StaleAfterMs, From.FadeMs, From.GateDbfs};
}

} // namespace

Status Voice::Open(const LivePool& Pool, const Settings& With, const VoiceOptions& Options, AudioInput& OutInput)
{
	Inner.reset();
	const Status Checked = CheckVoice(Pool, With);
	if (!Checked.IsOk())
	{
		return Checked;
	}
	const rust::Box<bridge::Model>& Hearing =
		With.EmotionModel != nullptr ? With.EmotionModel->Inner->Handle : Pool.Inner->NoModel;
	bridge::Status Told{};
	rust::Box<bridge::AudioInput> Input = bridge::no_audio_input();
	rust::Box<bridge::Voice> Opened =
		bridge::open_voice(*Pool.Inner->Handle, *Hearing, Translate(With), Translate(Options), *Input, Told);
	if (Told.code == bridge::Code::Ok)
	{
		Inner = std::unique_ptr<Impl>(new Impl{std::move(Opened), With.OutputRig});
		OutInput.Inner = std::unique_ptr<AudioInput::Impl>(new AudioInput::Impl{std::move(Input)});
	}
	return Copy(Told);
}

Status Voice::OpenMicrophone(const LivePool& Pool, const Settings& With, const VoiceOptions& Options, const std::string& DeviceName)
{
	Inner.reset();
	const Status Checked = CheckVoice(Pool, With);
	if (!Checked.IsOk())
	{
		return Checked;
	}
	const rust::Box<bridge::Model>& Hearing =
		With.EmotionModel != nullptr ? With.EmotionModel->Inner->Handle : Pool.Inner->NoModel;
	bridge::Status Told{};
	rust::Box<bridge::Voice> Opened = bridge::open_microphone_voice(
		*Pool.Inner->Handle, *Hearing, Translate(With), Translate(Options), Text(DeviceName), Told);
	if (Told.code == bridge::Code::Ok)
	{
		Inner = std::unique_ptr<Impl>(new Impl{std::move(Opened), With.OutputRig});
	}
	return Copy(Told);
}

Status ListMicrophones(std::vector<std::string>& OutNames)
{
	rust::Vec<rust::String> Names;
	const bridge::Status Told = bridge::list_microphones(Names);
	OutNames = Copy(Names);
	return Copy(Told);
}

Code Voice::SampleAt(double HostTimeS, float* Row, std::size_t ValueCount, Shown* OutShown) const
{
	return Inner == nullptr ? Code::Misuse : Inner->Look(bridge::Clock::Host, HostTimeS, Row, ValueCount, OutShown);
}

Code Voice::SampleNow(float* Row, std::size_t ValueCount, Shown* OutShown) const
{
	return Inner == nullptr ? Code::Misuse : Inner->Look(bridge::Clock::Now, 0.0, Row, ValueCount, OutShown);
}

Code Voice::CurvesAt(double VoiceTimeS, float* Row, std::size_t ValueCount, Shown* OutShown) const
{
	return Inner == nullptr ? Code::Misuse : Inner->Look(bridge::Clock::Voice, VoiceTimeS, Row, ValueCount, OutShown);
}

double Voice::NewestTimeS() const
{
	return Inner == nullptr ? -1.0 : Inner->Handle->newest_s();
}

namespace
{
const char* const VoiceIsEmpty = "the voice is not open";
}

Status Voice::SetEmotion(const std::vector<NamedValue>& Weights) const
{
	return Inner == nullptr ? Misuse(VoiceIsEmpty) : Copy(Inner->Handle->set_values(bridge::ValueKind::Emotion, View(Values(Weights))));
}

Status Voice::SetStyle(const std::vector<NamedValue>& NewValues) const
{
	return Inner == nullptr ? Misuse(VoiceIsEmpty) : Copy(Inner->Handle->set_values(bridge::ValueKind::Style, View(Values(NewValues))));
}

Status Voice::SetEmotionStrength(const std::vector<NamedValue>& ByPart) const
{
	return Inner == nullptr ? Misuse(VoiceIsEmpty)
							: Copy(Inner->Handle->set_values(bridge::ValueKind::EmotionStrength, View(Values(ByPart))));
}

Status Voice::SetMotion(float HeadMotion, float Blinks, float Gaze) const
{
	return Inner == nullptr ? Misuse(VoiceIsEmpty) : Copy(Inner->Handle->set_motion(HeadMotion, Blinks, Gaze));
}

Status Voice::SetPartWeights(const std::vector<NamedValue>& ByPart) const
{
	return Inner == nullptr ? Misuse(VoiceIsEmpty)
							: Copy(Inner->Handle->set_values(bridge::ValueKind::PartWeight, View(Values(ByPart))));
}

Status Voice::SetDelayMs(double DelayMs) const
{
	return Inner == nullptr ? Misuse(VoiceIsEmpty) : Copy(Inner->Handle->set_delay_ms(DelayMs));
}

VoiceCounters Voice::Counters() const
{
	VoiceCounters To;
	if (Inner == nullptr)
	{
		return To;
	}
	const bridge::VoiceCounters From = Inner->Handle->counters();
	To.HeardS = From.heard_s;
	To.RowCount = From.row_count;
	To.SoundToCurveP50Ms = From.sound_to_curve_p50_ms;
	To.SoundToCurveP95Ms = From.sound_to_curve_p95_ms;
	To.SoundToCurveP99Ms = From.sound_to_curve_p99_ms;
	To.ComputeP50Ms = From.compute_p50_ms;
	To.ComputeP95Ms = From.compute_p95_ms;
	To.ComputeP99Ms = From.compute_p99_ms;
	To.OverrunS = From.overrun_s;
	To.MissedS = From.missed_s;
	To.SkippedS = From.skipped_s;
	To.StaleCount = From.stale_count;
	To.DriftPpm = From.drift_ppm;
	To.DelayMs = From.delay_ms;
	To.LookCount = From.look_count;
	To.EarlyCount = From.early_count;
	To.Peak = From.peak;
	To.Rms = From.rms;
	To.bHasEnded = From.has_ended;
	return To;
}

Status Voice::Failure() const
{
	return Inner == nullptr ? Misuse(VoiceIsEmpty) : Copy(Inner->Handle->failure());
}

Rig Voice::OutputRig() const
{
	return Inner == nullptr ? Rig::MetaHuman251 : Inner->OutputRig;
}

} // namespace cstalk
