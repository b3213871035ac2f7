// Every way to be wrong: the code, a sentence that says what was wanted and found, and nothing broken afterwards.

#include <limits>

#include "check.h"

namespace
{

using cstalk::Code;

void Refused(const char* What, const cstalk::Status& Told, Code Wanted, const char* Part)
{
	EXPECT_FOUND(Told.Result == Wanted, std::string(What) + ": code " + std::to_string(static_cast<int>(Told.Result)) + " " + Told.Message);
	EXPECT_FOUND(Told.Message.find(Part) != std::string::npos, std::string(What) + ": " + Told.Message);
}

void Models(const check::Places& Places)
{
	cstalk::Model Model;
	const auto Load = [&](const std::string& Path, const cstalk::ModelOptions& Options = {}) { return Model.Load(Path, Options); };
	Refused("empty path", Load(""), Code::BadInput, "absolute path");
	Refused("relative path", Load("Content/Models/live.onnx"), Code::BadInput, "absolute path, got \"Content");
	Refused("no such file", Load(Places.Scratch + "/nowhere.onnx"), Code::BadInput, "nowhere.onnx");
	Refused("not UTF-8", Load(Places.Scratch + "/\xff\xfe.onnx"), Code::BadInput, ".onnx");
	Refused("a folder", Load(Places.Scratch), Code::BadInput, Places.Scratch.c_str());
	Refused("no model", Load(Places.Speech()), Code::BadModel, "german_sentence.wav");
	const std::string Whole = check::ReadText(Places.LiveModel());
	check::WriteText(Places.Scratch + "/half.onnx", Whole.substr(0, Whole.size() / 2));
	Refused("half a model", Load(Places.Scratch + "/half.onnx"), Code::BadModel, "half.onnx");
	check::WriteText(Places.Scratch + "/empty.onnx", "");
	Refused("an empty model", Load(Places.Scratch + "/empty.onnx"), Code::BadModel, "empty.onnx");
	Refused("no library named", Load(Places.LiveModel(), {cstalk::Provider::Cpu, ""}), Code::InstallRuntime, "absolute path of the ONNX Runtime");
	Refused("relative library", Load(Places.LiveModel(), {cstalk::Provider::Cpu, "libonnxruntime.so"}), Code::BadInput, "absolute path");
	Refused("no such library", Load(Places.LiveModel(), {cstalk::Provider::Cuda, Places.Scratch + "/none.so"}), Code::InstallRuntime, "none.so");
	Refused("no library at all", Load(Places.LiveModel(), {cstalk::Provider::Cpu, Places.Speech()}), Code::InstallRuntime, "german_sentence.wav");
	Refused("no such provider", Load(Places.LiveModel(), {static_cast<cstalk::Provider>(9), ""}), Code::BadInput, "from 0 to 3, got 9");
	EXPECT(!Model.IsLoaded() && Model.Facts().Name.empty());
}

void Sessions(const check::Places& Places, const cstalk::Model& Model)
{
	cstalk::Session Session;
	const cstalk::Model Empty;
	float Row[257];
	std::size_t RowCount = 9;
	Refused("push into nothing", Session.Push(Row, 1), Code::Misuse, "not open");
	Refused("finish nothing", Session.Finish(), Code::Misuse, "not open");
	Refused("advance nothing", Session.Advance(), Code::Misuse, "not open");
	Refused("emotion of nothing", Session.SetEmotion({}), Code::Misuse, "not open");
	EXPECT(Session.Pull(Row, 257, RowCount) == Code::Misuse && RowCount == 0 && Session.FileDone() < 0.0);
	Refused("no model", Session.Open(Empty, {}, 48000, 1), Code::Misuse, "loaded model");
	Refused("no model for a file", Session.OpenFile(Empty, {}, Places.Speech()), Code::Misuse, "loaded model");
	Refused("rate", Session.Open(Model, {}, 4000, 1), Code::BadInput, "8000 to 192000 Hz, got 4000");
	Refused("channels", Session.Open(Model, {}, 48000, 9), Code::BadInput, "1 to 8 channels, got 9");
	Refused("no channel", Session.Open(Model, {}, 48000, 0), Code::BadInput, "got 0");

	const auto Opened = [&](void (*Change)(cstalk::Settings&)) {
		cstalk::Settings With;
		Change(With);
		return Session.Open(Model, With, 48000, 1);
	};
	Refused("emotion", Opened([](cstalk::Settings& With) { With.Emotion = {{"joyful", 1.0f}}; }), Code::BadInput, "happy");
	Refused("weight", Opened([](cstalk::Settings& With) { With.Emotion = {{"happy", -1.0f}}; }), Code::BadInput, "0 to 1, got -1");
	Refused("weight NaN", Opened([](cstalk::Settings& With) { With.Emotion = {{"happy", std::numeric_limits<float>::quiet_NaN()}}; }), Code::BadInput, "NaN");
	Refused("curve", Opened([](cstalk::Settings& With) { With.EmotionCurveCsv = "time_s,happy\n0,much\n"; }), Code::BadInput, "line 2");
	Refused("part", Opened([](cstalk::Settings& With) { With.EmotionStrength = {{"ears", 1.0f}}; }), Code::BadInput, "brows");
	Refused("strength", Opened([](cstalk::Settings& With) { With.EmotionStrength = {{"brows", 2.0f}}; }), Code::BadInput, "0 to 1.5");
	Refused("style", Opened([](cstalk::Settings& With) { With.Style = {{"swagger", 1.0f}}; }), Code::BadInput, "articulation");
	Refused("style value", Opened([](cstalk::Settings& With) { With.Style = {{"jaw", 9.0f}}; }), Code::BadInput, "-3 to 3");
	Refused("head", Opened([](cstalk::Settings& With) { With.HeadMotion = 2.0f; }), Code::BadInput, "0 (still) to 1");
	Refused("blinks", Opened([](cstalk::Settings& With) { With.Blinks = 1.5f; }), Code::BadInput, "lids meet");
	Refused("gaze", Opened([](cstalk::Settings& With) { With.Gaze = -1.0f; }), Code::BadInput, "got -1");
	Refused("smoothing", Opened([](cstalk::Settings& With) { With.SmoothingMs = -1.0f; }), Code::BadInput, "0 to 1000 ms");
	Refused("rate of rows", Opened([](cstalk::Settings& With) { With.Rate = {100000, 1}; }), Code::BadInput, "rate");
	Refused("denominator", Opened([](cstalk::Settings& With) { With.Rate = {30, 0}; }), Code::BadInput, "rate");
	Refused("rig", Opened([](cstalk::Settings& With) { With.OutputRig = static_cast<cstalk::Rig>(7); }), Code::BadInput, "0 to 2, got 7");
	cstalk::Preset Kept;
	Kept.Name = "kept";
	const auto Read = [&](const char* Json) { return cstalk::ReadPreset("warm.json", Json, Kept); };
	Refused("preset text", Read("{"), Code::BadInput, "warm.json");
	Refused("preset schema", Read(R"({"schema":"cstalk-preset/9"})"), Code::BadInput, "cstalk-preset/1");
	Refused("preset value", Read(R"({"schema":"cstalk-preset/1","blinks":7})"), Code::BadInput, "blinks");
	EXPECT(Kept.Name == "kept");
	std::string Json = "kept";
	Kept.Face.HeadMotion = std::numeric_limits<float>::quiet_NaN();
	Refused("preset NaN", cstalk::WritePreset(Kept, Json), Code::BadInput, "kept");
	EXPECT(Json == "kept");
	cstalk::Settings Heard;
	Heard.EmotionModel = &Model;
	Refused("hears with curves", Session.Open(Model, Heard, 48000, 1), Code::BadModel, "emotion");
	Heard.EmotionModel = &Empty;
	Refused("hears with nothing", Session.Open(Model, Heard, 48000, 1), Code::Misuse, "loaded model");
	cstalk::Model Hearing;
	EXPECT_OK(Hearing.Load(Places.EmotionModel()));
	Refused("moves no face", Session.Open(Hearing, {}, 48000, 1), Code::BadModel, "moves no");
	Heard.EmotionModel = &Hearing;
	Heard.HeardEmotionStrength = 3.0f;
	Refused("heard strength", Session.Open(Model, Heard, 48000, 1), Code::BadInput, "0 to 1, got 3");

	EXPECT_OK(Session.Open(Model, {}, 48000, 2));
	Refused("advance pushed", Session.Advance(), Code::Misuse, "no file");
	EXPECT_OK(Session.Push(static_cast<const float*>(nullptr), 5));
	const float Hostile[6] = {std::numeric_limits<float>::quiet_NaN(), 1e30f, -std::numeric_limits<float>::infinity(), 0.5f, 0.0f, 0.0f};
	for (int Index = 0; Index < 2000; ++Index)
	{
		EXPECT(Session.Push(Hostile, 6).IsOk());
	}
	EXPECT_OK(Session.Finish());
	EXPECT_OK(Session.Finish());
	Refused("push after the end", Session.Push(Hostile, 6), Code::Misuse, "finished");
	EXPECT(Session.Pull(Row, 5, RowCount) == Code::Misuse && RowCount == 0);
	EXPECT(Session.Pull(nullptr, 0, RowCount) == Code::Misuse);
	while (Session.Pull(Row, 257, RowCount) == Code::Ok)
	{
		for (const float Value : Row)
		{
			EXPECT(Value >= -180.0f && Value <= 180.0f);
		}
	}

	EXPECT_OK(Session.OpenFile(Model, {}, Places.Speech()));
	Refused("push into a file", Session.Push(Row, 1), Code::Misuse, "advance");
	Refused("finish a file", Session.Finish(), Code::Misuse, "advance");
	cstalk::Session Moved = std::move(Session);
	Refused("moved from", Session.Advance(), Code::Misuse, "not open");
	EXPECT_OK(Moved.Advance());
	EXPECT(Moved.FileDone() > 0.0 && Moved.FileDone() < 1.0);
}

void Bakes(const check::Places& Places, const cstalk::Model& Model)
{
	cstalk::Take Take;
	const float Sample = 0.0f;
	Refused("no sound", cstalk::Bake(Model, {}, cstalk::Sound{}, Take), Code::Misuse, "exactly one");
	Refused("no sample", cstalk::Bake(Model, {}, cstalk::Sound{&Sample, nullptr, 0, 48000, 1}, Take), Code::BadInput, "without a single sample");
	Refused("no file", cstalk::BakeFile(Model, {}, Places.Scratch + "/nowhere.wav", Take), Code::BadInput, "nowhere.wav");
	check::WriteText(Places.Scratch + "/text.wav", "RIFF this is no sound");
	Refused("no sound file", cstalk::BakeFile(Model, {}, Places.Scratch + "/text.wav", Take), Code::BadInput, "text.wav");
	const std::string Wav = check::ReadText(Places.Speech());
	check::WriteText(Places.Scratch + "/short.wav", Wav.substr(0, Wav.size() / 2));
	std::vector<cstalk::LogRecord> Records;
	cstalk::DrainLog(Records);
	EXPECT_OK(cstalk::BakeFile(Model, {}, Places.Scratch + "/short.wav", Take));
	Records.clear();
	EXPECT(cstalk::DrainLog(Records) == 0);
	bool bWarned = false;
	for (const cstalk::LogRecord& Record : Records)
	{
		bWarned = bWarned || Record.Level == cstalk::LogLevel::Warning;
	}
	EXPECT(bWarned);
	std::vector<std::uint32_t> Rows = {1, 2, 3};
	Refused("column", cstalk::KeyRows(Take, 900, 0.1f, Rows), Code::Misuse, "column 900");
	Refused("tolerance", cstalk::KeyRows(Take, 0, -0.1f, Rows), Code::BadInput, "0 or more");
	EXPECT(Rows.empty());
	Refused("empty take", cstalk::KeyRows(cstalk::Take{}, 0, 0.1f, Rows), Code::Misuse, "column 0");
}

} // namespace

int main(int ArgumentCount, char** Arguments)
{
	const check::Places Places(ArgumentCount, Arguments);
	EXPECT_OK(cstalk::CheckLibrary());
	EXPECT(!cstalk::LibraryVersion().empty());
	EXPECT(cstalk::FactsOf(static_cast<cstalk::Rig>(9)).Columns.empty());
	const cstalk::RigFacts Facts = cstalk::FactsOf(cstalk::Rig::MetaHuman251);
	EXPECT(Facts.ControlCount == 251 && Facts.Columns.size() == cstalk::ColumnCount(cstalk::Rig::MetaHuman251));
	EXPECT(Facts.Columns[0].find("CTRL_expressions_") == 0 && Facts.Columns[251] == "HeadPitch" && Facts.Parts[251] == "head");
	Models(Places);
	cstalk::Model Model;
	EXPECT_OK(Model.Load(Places.LiveModel()));
	if (Model.IsLoaded())
	{
		Sessions(Places, Model);
		Bakes(Places, Model);
	}
	return check::Finish("errors");
}
