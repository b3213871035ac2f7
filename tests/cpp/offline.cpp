// Clips: the same curves as the command's, in whatever pieces the sound comes, in many sessions at once.

#include <algorithm>
#include <thread>

#include "check.h"

namespace
{

std::vector<float> Pushed(const cstalk::Model& Model, const cstalk::Settings& With, const check::Recording& Speech)
{
	cstalk::Session Session;
	EXPECT_OK(Session.Open(Model, With, Speech.RateHz, Speech.ChannelCount));
	const std::size_t Columns = cstalk::ColumnCount(With.OutputRig);
	std::vector<float> Rows;
	std::vector<float> Some(3 * Columns + 1);
	check::OddBlocks Blocks;
	const auto Gather = [&] {
		std::size_t RowCount = 0;
		cstalk::Code Got;
		while ((Got = Session.Pull(Some.data(), Some.size(), RowCount)) == cstalk::Code::Ok)
		{
			EXPECT(RowCount >= 1 && RowCount <= 3);
			Rows.insert(Rows.end(), Some.begin(), Some.begin() + static_cast<std::ptrdiff_t>(RowCount * Columns));
		}
		return Got;
	};
	for (std::size_t At = 0; At < Speech.Floats.size();)
	{
		const std::size_t Count = Blocks.Next(Speech.Floats.size() - At);
		EXPECT_OK(Session.Push(Speech.Floats.data() + At, Count));
		At += Count;
		if (Blocks.Index % 3 == 0)
		{
			EXPECT(Gather() == cstalk::Code::NeedMore);
		}
	}
	EXPECT_OK(Session.Finish());
	EXPECT(Gather() == cstalk::Code::Finished);
	return Rows;
}

/** What a line of `cstalk animate` wrote, and the same through the library. */
void SameAsCommand(const check::Places& Places, const cstalk::Model& Model, const char* Name, const cstalk::Settings& With)
{
	const check::CurveFile Command = check::ReadCurves(Places.Scratch + "/" + Name + ".csv");
	cstalk::Take Take;
	EXPECT_OK(cstalk::BakeFile(Model, With, Places.Speech(), Take));
	EXPECT(Take.TakeRig == With.OutputRig && Take.RowCount() > 100);
	EXPECT(cstalk::FactsOf(With.OutputRig).Columns == Command.Columns);
	const std::uint64_t Ours = check::HashOf(Take.Values);
	const std::uint64_t Theirs = check::HashOf(Command.Values);
	EXPECT(Take.Values.size() == Command.Values.size());
	EXPECT(Ours == Theirs);
	std::printf("%-10s %4zu rows of %3zu: library %016llx, command %016llx\n", Name, Take.RowCount(), Take.ColumnCount,
		static_cast<unsigned long long>(Ours), static_cast<unsigned long long>(Theirs));
}

void FileToCurves(const check::Places& Places, const cstalk::Model& Model)
{
	cstalk::Settings Plain;
	SameAsCommand(Places, Model, "plain", Plain);

	cstalk::Settings Rich;
	Rich.OutputRig = cstalk::Rig::Board185;
	Rich.Rate = {30, 1};
	Rich.Emotion = {{"happy", 0.7f}, {"surprised", 0.2f}};
	Rich.EmotionStrength = {{"brows", 0.5f}, {"mouth", 0.8f}};
	Rich.Style = {{"articulation", 1.0f}, {"jaw", -0.5f}};
	Rich.HeadMotion = 0.9f;
	Rich.Blinks = 0.5f;
	Rich.Gaze = 0.0f;
	Rich.Seed = 7;
	Rich.SmoothingMs = 40.0f;
	SameAsCommand(Places, Model, "rich", Rich);

	cstalk::Settings Curve;
	Curve.Blinks = 0.0f;
	Curve.EmotionCurveCsv = check::ReadText(Places.Scratch + "/mood.csv");
	EXPECT(!Curve.EmotionCurveCsv.empty());
	SameAsCommand(Places, Model, "curve", Curve);

	cstalk::Preset Saved;
	Saved.Name = "curve";
	EXPECT_OK(cstalk::ReadPreset("mood.json", check::ReadText(Places.Scratch + "/mood.json"), Saved));
	EXPECT(Saved.Name == "mood" && Saved.ModelName == "live" && Saved.EmotionModelName.empty());
	SameAsCommand(Places, Model, "preset", Saved.Face);
	// What is written is what was read, to the bit.
	std::string Json;
	cstalk::Preset Again;
	EXPECT_OK(cstalk::WritePreset(Saved, Json));
	EXPECT_OK(cstalk::ReadPreset("again", Json, Again));
	SameAsCommand(Places, Model, "preset", Again.Face);

	cstalk::Model Hearing;
	EXPECT_OK(Hearing.Load(Places.EmotionModel()));
	EXPECT(!Hearing.Facts().bGivesCurves && Hearing.Facts().bNonCommercial);
	cstalk::Settings Heard;
	Heard.EmotionModel = &Hearing;
	Heard.HeardEmotionStrength = 0.7f;
	SameAsCommand(Places, Model, "heard", Heard);
}

void AnyPieces(const check::Places& Places, const cstalk::Model& Model)
{
	const check::Recording Speech = check::ReadWav(Places.Speech());
	EXPECT(Speech.RateHz >= 8000 && Speech.ChannelCount == 1 && Speech.Floats.size() > 10000);
	cstalk::Settings With;
	cstalk::Take File;
	cstalk::Take Floats;
	cstalk::Take Pcm16;
	EXPECT_OK(cstalk::BakeFile(Model, With, Places.Speech(), File));
	EXPECT_OK(cstalk::Bake(Model, With, Speech.AsFloats(), Floats));
	EXPECT_OK(cstalk::Bake(Model, With, Speech.AsPcm16(), Pcm16));
	EXPECT(File.Rate.Numerator == 50 * File.Rate.Denominator);
	EXPECT(Floats.Values == File.Values && Pcm16.Values == File.Values);
	EXPECT(Pushed(Model, With, Speech) == File.Values);
	float Greatest = 0.0f;
	for (const float Value : File.Values)
	{
		Greatest = std::max(Greatest, Value);
	}
	EXPECT(Greatest > 0.2f);
}

void EmotionChanges(const check::Places& Places, const cstalk::Model& Model)
{
	const check::Recording Speech = check::ReadWav(Places.Speech());
	cstalk::Settings With;
	const std::size_t Columns = cstalk::ColumnCount(With.OutputRig);
	cstalk::Take Neutral;
	EXPECT_OK(cstalk::Bake(Model, With, Speech.AsFloats(), Neutral));
	cstalk::Session Session;
	EXPECT_OK(Session.Open(Model, With, Speech.RateHz, 1));
	const std::size_t Half = Speech.Floats.size() / 2;
	EXPECT_OK(Session.Push(Speech.Floats.data(), Half));
	std::vector<float> Rows(Neutral.Values.size());
	std::size_t Before = 0;
	EXPECT(Session.Pull(Rows.data(), Rows.size(), Before) == cstalk::Code::Ok);
	EXPECT_OK(Session.SetEmotion({{"happy", 1.0f}}));
	EXPECT_OK(Session.SetEmotionStrength({{"all", 0.8f}}));
	EXPECT_OK(Session.Push(Speech.Floats.data() + Half, Speech.Floats.size() - Half));
	EXPECT_OK(Session.Finish());
	std::size_t After = 0;
	EXPECT(Session.Pull(Rows.data() + Before * Columns, Rows.size() - Before * Columns, After) == cstalk::Code::Ok);
	EXPECT(Before + After == Neutral.RowCount());
	EXPECT(std::equal(Rows.begin(), Rows.begin() + static_cast<std::ptrdiff_t>(Before * Columns), Neutral.Values.begin()));
	float Changed = 0.0f;
	for (std::size_t At = Before * Columns; At < Rows.size(); ++At)
	{
		Changed = std::max(Changed, std::abs(Rows[At] - Neutral.Values[At]));
	}
	EXPECT_FOUND(Changed > 0.2f, std::to_string(Changed));
	EXPECT(Session.SetEmotion({{"joyful", 1.0f}}).Result == cstalk::Code::BadInput);
}

void ManySessions(const check::Places& Places, const cstalk::Model& Model)
{
	check::Recording Speech = check::ReadWav(Places.Speech());
	Speech.Floats.resize(Speech.RateHz);
	cstalk::Take Wanted;
	EXPECT_OK(cstalk::Bake(Model, {}, Speech.AsFloats(), Wanted));
	std::vector<std::vector<float>> Got(12);
	std::vector<std::thread> Threads;
	for (std::size_t Thread = 0; Thread < 4; ++Thread)
	{
		Threads.emplace_back([&, Thread] {
			for (std::size_t Index = Thread; Index < Got.size(); Index += 4)
			{
				cstalk::Take Take;
				if (cstalk::Bake(Model, {}, Speech.AsFloats(), Take).IsOk())
				{
					Got[Index] = std::move(Take.Values);
				}
			}
		});
	}
	for (std::thread& Thread : Threads)
	{
		Thread.join();
	}
	for (const std::vector<float>& Values : Got)
	{
		EXPECT(Values == Wanted.Values);
	}
}

void ProgressAndCancel(const check::Places& Places, const cstalk::Model& Model)
{
	std::vector<double> Told;
	cstalk::Take Take;
	EXPECT_OK(cstalk::BakeFile(Model, {}, Places.Speech(), Take, [&](double Done) {
		Told.push_back(Done);
		return true;
	}));
	EXPECT(Told.size() >= 4 && std::is_sorted(Told.begin(), Told.end()) && Told.front() == 0.0 && Told.back() == 1.0);
	cstalk::Take Untouched;
	const cstalk::Status Stopped = cstalk::BakeFile(Model, {}, Places.Speech(), Untouched, [](double Done) { return Done < 0.4; });
	EXPECT(Stopped.Result == cstalk::Code::Cancelled && Untouched.Values.empty());
	const check::Recording Speech = check::ReadWav(Places.Speech());
	EXPECT(cstalk::Bake(Model, {}, Speech.AsPcm16(), Untouched, [](double) { return false; }).Result == cstalk::Code::Cancelled);
	EXPECT(Untouched.Values.empty());
}

void FewerKeys(const check::Places& Places, const cstalk::Model& Model)
{
	cstalk::Take Take;
	EXPECT_OK(cstalk::BakeFile(Model, {}, Places.Speech(), Take));
	std::size_t KeyCount = 0;
	for (std::size_t Column = 0; Column < Take.ColumnCount; ++Column)
	{
		std::vector<std::uint32_t> Rows;
		EXPECT_OK(cstalk::KeyRows(Take, Column, 0.005f, Rows));
		KeyCount += Rows.size();
		EXPECT(Rows.empty() || (Rows.front() == 0 && Rows.back() + 1 == Take.RowCount()));
	}
	EXPECT(KeyCount > 1000 && KeyCount < Take.Values.size() / 2);
	std::printf("keys: %zu of %zu values are enough at 0.005\n", KeyCount, Take.Values.size());
}

} // namespace

int main(int ArgumentCount, char** Arguments)
{
	const check::Places Places(ArgumentCount, Arguments);
	EXPECT_OK(cstalk::CheckLibrary());
	cstalk::Model Model;
	EXPECT_OK(Model.Load(Places.LiveModel()));
	if (!Model.IsLoaded())
	{
		return check::Finish("offline");
	}
	const cstalk::ModelFacts Facts = Model.Facts();
	EXPECT(Facts.Name == "live" && Facts.bGivesCurves && Facts.Emotions.front() == "neutral" && !Facts.Styles.empty());
	EXPECT(Facts.LookAheadMs > 0.0 && Facts.Rate.Numerator == 50 * Facts.Rate.Denominator);
	FileToCurves(Places, Model);
	AnyPieces(Places, Model);
	EmotionChanges(Places, Model);
	ManySessions(Places, Model);
	ProgressAndCancel(Places, Model);
	FewerKeys(Places, Model);
	return check::Finish("offline");
}
