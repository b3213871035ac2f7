#include "CSTalkBake.h"

#include "CSTalkModule.h"
#include "CSTalkText.h"

namespace
{
	cstalk::Status Run(const FCSTalkBakeRequest& Request, const cstalk::Model& Model, const cstalk::Progress& Tell, cstalk::Take& OutTake)
	{
		cstalk::Settings Settings = CSTalk::ToNative(Request.Performance, Request.Rig);
		Settings.EmotionCurveCsv = CSTalk::ToUtf8(Request.EmotionCsv);
		Settings.Rate.Numerator = static_cast<std::uint32_t>(Request.Rate.Numerator);
		Settings.Rate.Denominator = static_cast<std::uint32_t>(Request.Rate.Denominator);
		if (!Request.SoundFile.IsEmpty())
		{
			return cstalk::BakeFile(Model, Settings, CSTalk::ToUtf8(Request.SoundFile), OutTake, Tell);
		}
		cstalk::Sound Clip;
		Clip.Pcm16 = Request.Samples.GetData();
		Clip.ValueCount = static_cast<std::size_t>(Request.Samples.Num());
		Clip.RateHz = static_cast<std::uint32_t>(Request.SampleRateHz);
		Clip.ChannelCount = static_cast<std::uint32_t>(Request.ChannelCount);
		return cstalk::Bake(Model, Settings, Clip, OutTake, Tell);
	}

	/** The rows of a column that suffice, as keys. */
	TArray<FRichCurveKey> MakeKeys(const cstalk::Take& Take, std::size_t Column, const std::vector<std::uint32_t>& Rows, const FFrameRate& Rate)
	{
		TArray<FRichCurveKey> Keys;
		Keys.Reserve(static_cast<int32>(Rows.size()));
		for (const std::uint32_t Row : Rows)
		{
			const double Seconds = Rate.AsSeconds(FFrameTime(FFrameNumber(static_cast<int32>(Row))));
			FRichCurveKey& Key = Keys.Add_GetRef(FRichCurveKey(static_cast<float>(Seconds), Take.Values[Row * Take.ColumnCount + Column]));
			Key.InterpMode = RCIM_Linear;
		}
		return Keys;
	}
}

bool CSTalk::Bake(const FCSTalkBakeRequest& Request, TFunctionRef<bool(double)> Progress, FCSTalkBakeResult& OutResult, FString& OutProblem)
{
	OutProblem.Reset();
	const TSharedPtr<const cstalk::Model, ESPMode::ThreadSafe> Model = FCSTalkModule::FindOrLoadModel(Request.ModelPath, Request.Provider, OutProblem);
	if (!Model.IsValid())
	{
		return false;
	}
	cstalk::Take Take;
	const cstalk::Status Baked = Run(Request, *Model, [&Progress](double DoneShare) { return Progress(DoneShare); }, Take);
	if (!Baked.IsOk())
	{
		OutProblem = Baked.Result == cstalk::Code::Cancelled ? FString() : FromUtf8(Baked.Message);
		return false;
	}
	FCSTalkBakeResult Result;
	Result.RowCount = static_cast<int32>(Take.RowCount());
	Result.Rate = FFrameRate(static_cast<uint32>(Take.Rate.Numerator), static_cast<uint32>(Take.Rate.Denominator));
	const cstalk::RigFacts Facts = cstalk::FactsOf(Take.TakeRig);
	for (std::size_t Column = 0; Column < Take.ColumnCount; ++Column)
	{
		std::vector<std::uint32_t> Rows;
		const cstalk::Status Reduced = cstalk::KeyRows(Take, Column, Request.Tolerance, Rows);
		if (!Reduced.IsOk())
		{
			OutProblem = FromUtf8(Reduced.Message);
			return false;
		}
		if (Rows.empty())
		{
			++Result.PrunedCount;
			continue;
		}
		FCSTalkKeys& Curve = Result.Curves.AddDefaulted_GetRef();
		Curve.Name = FName(*FromUtf8(Facts.Columns[Column]));
		Curve.Keys = MakeKeys(Take, Column, Rows, Result.Rate);
		Result.KeyCount += Curve.Keys.Num();
	}
	Result.UnreducedKeyCount = static_cast<int32>(Take.Values.size());
	OutResult = MoveTemp(Result);
	return true;
}
