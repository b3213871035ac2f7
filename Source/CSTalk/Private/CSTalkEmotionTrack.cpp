#include "CSTalkEmotionTrack.h"

#include "CSTalkModule.h"
#include "CSTalkText.h"
#include "Misc/CString.h"

namespace
{
	using FCurveMember = FRuntimeFloatCurve UCSTalkEmotionTrack::*;

	/** In the order of FCSTalkEmotion::Names. */
	constexpr FCurveMember CurveMembers[] = {
		&UCSTalkEmotionTrack::Happy, &UCSTalkEmotionTrack::Sad, &UCSTalkEmotionTrack::Angry,
		&UCSTalkEmotionTrack::Surprised, &UCSTalkEmotionTrack::Fearful, &UCSTalkEmotionTrack::Disgusted,
		&UCSTalkEmotionTrack::Confident, &UCSTalkEmotionTrack::Excited, &UCSTalkEmotionTrack::Bored,
		&UCSTalkEmotionTrack::Playful, &UCSTalkEmotionTrack::Confused};

	/** Rows a second of the text form: drawn curves may bend between keys, the library's are straight. */
	constexpr float CsvRowsPerSecond = 25.0f;

	/** What the header of a column with the strength of a part of the face begins with. */
	const TCHAR* const StrengthPrefix = TEXT("strength:");

	/** Checks an emotion curve and gives it back as the library writes it: commas, one line a key, plain numbers. */
	cstalk::Status Tidy(const FString& Csv, FString& OutCsv)
	{
		cstalk::Preset Preset;
		Preset.Face.EmotionCurveCsv = CSTalk::ToUtf8(Csv);
		std::string Json;
		cstalk::Status Told = cstalk::WritePreset(Preset, Json);
		if (Told.IsOk())
		{
			Told = cstalk::ReadPreset("emotion curve", Json, Preset);
		}
		OutCsv = CSTalk::FromUtf8(Preset.Face.EmotionCurveCsv);
		return Told;
	}

	/** Keys of every emotion from tidy text; OutLeftOut gets the columns that have no curve. */
	TArray<TArray<FRichCurveKey>> ReadKeys(const FString& Csv, TArray<FString>& OutLeftOut)
	{
		TArray<TArray<FRichCurveKey>> Keys;
		for (int32 EmotionIndex = 0; EmotionIndex < FCSTalkEmotion::Names().Num(); ++EmotionIndex)
		{
			Keys.AddDefaulted_GetRef();
		}
		TArray<FString> Lines, Columns, Cells;
		Csv.ParseIntoArrayLines(Lines);
		if (!Lines.IsEmpty())
		{
			Lines[0].ParseIntoArray(Columns, TEXT(","), false);
		}
		for (int32 Line = 1; Line < Lines.Num(); ++Line)
		{
			Lines[Line].ParseIntoArray(Cells, TEXT(","), false);
			std::vector<cstalk::NamedValue> Weights;
			// The first column is the time.
			for (int32 Column = 1; Column < Cells.Num() && Column < Columns.Num(); ++Column)
			{
				const float Value = FCString::Atof(*Cells[Column]);
				if (!Columns[Column].StartsWith(StrengthPrefix))
				{
					Weights.push_back({CSTalk::ToUtf8(Columns[Column]), Value});
				}
				else if (Value != 1.0f)
				{
					OutLeftOut.AddUnique(Columns[Column]);
				}
			}
			const FCSTalkEmotion Emotion = CSTalk::EmotionFrom(Weights, OutLeftOut);
			for (int32 EmotionIndex = 0; EmotionIndex < Keys.Num(); ++EmotionIndex)
			{
				Keys[EmotionIndex].Add_GetRef(FRichCurveKey(FCString::Atof(*Cells[0]), Emotion.Get(EmotionIndex))).InterpMode = RCIM_Linear;
			}
		}
		return Keys;
	}

	bool IsResting(const TArray<FRichCurveKey>& Keys)
	{
		for (const FRichCurveKey& Key : Keys)
		{
			if (Key.Value > 0.0f)
			{
				return false;
			}
		}
		return true;
	}
}

FRuntimeFloatCurve& UCSTalkEmotionTrack::Curve(int32 EmotionIndex)
{
	return this->*CurveMembers[EmotionIndex];
}

const FRichCurve& UCSTalkEmotionTrack::Curve(int32 EmotionIndex) const
{
	return *(this->*CurveMembers[EmotionIndex]).GetRichCurveConst();
}

FCSTalkEmotion UCSTalkEmotionTrack::At(float Seconds) const
{
	FCSTalkEmotion Emotion;
	for (int32 EmotionIndex = 0; EmotionIndex < FCSTalkEmotion::Names().Num(); ++EmotionIndex)
	{
		Emotion.Set(EmotionIndex, FMath::Clamp(Curve(EmotionIndex).Eval(Seconds, 0.0f), 0.0f, 1.0f));
	}
	return Emotion;
}

void UCSTalkEmotionTrack::SetKeys(float Seconds, const FCSTalkEmotion& Emotion)
{
	for (int32 EmotionIndex = 0; EmotionIndex < FCSTalkEmotion::Names().Num(); ++EmotionIndex)
	{
		FRichCurve& Keys = *Curve(EmotionIndex).GetRichCurve();
		if (Keys.GetNumKeys() > 0 || Emotion.Get(EmotionIndex) > 0.0f)
		{
			Keys.UpdateOrAddKey(Seconds, Emotion.Get(EmotionIndex));
		}
	}
}

bool UCSTalkEmotionTrack::SetFromCsv(const FString& Source, const FString& Csv)
{
	if (!FCSTalkModule::IsLibraryUsable())
	{
		UE_LOG(LogCSTalk, Error, TEXT("%s: the CSTalk library does not fit this plugin; see the log at start-up"), *Source);
		return false;
	}
	FString Tidied;
	const cstalk::Status Told = Tidy(Csv, Tidied);
	if (!Told.IsOk())
	{
		UE_LOG(LogCSTalk, Error, TEXT("%s: %s"), *Source, *CSTalk::FromUtf8(Told.Message));
		return false;
	}
	TArray<FString> LeftOut;
	const TArray<TArray<FRichCurveKey>> Keys = ReadKeys(Tidied, LeftOut);
	if (!LeftOut.IsEmpty())
	{
		UE_LOG(LogCSTalk, Warning, TEXT("%s: an emotion track has no curve for %s; left out"), *Source, *FString::Join(LeftOut, TEXT(", ")));
	}
	for (int32 EmotionIndex = 0; EmotionIndex < Keys.Num(); ++EmotionIndex)
	{
		// A new curve, so that a curve asset which the old one pointed to stays as it is.
		Curve(EmotionIndex) = FRuntimeFloatCurve();
		// None for an emotion that never shows: a model need not know it.
		if (!IsResting(Keys[EmotionIndex]))
		{
			Curve(EmotionIndex).GetRichCurve()->SetKeys(Keys[EmotionIndex]);
		}
	}
	return true;
}

float UCSTalkEmotionTrack::GetLastKeySeconds() const
{
	float Last = 0.0f;
	for (int32 EmotionIndex = 0; EmotionIndex < FCSTalkEmotion::Names().Num(); ++EmotionIndex)
	{
		for (const FRichCurveKey& Key : Curve(EmotionIndex).GetConstRefOfKeys())
		{
			Last = FMath::Max(Last, Key.Time);
		}
	}
	return Last;
}

FString UCSTalkEmotionTrack::ToCsv() const
{
	const TConstArrayView<FName> Names = FCSTalkEmotion::Names();
	TArray<int32> Keyed;
	FString Text = TEXT("time_s");
	for (int32 EmotionIndex = 0; EmotionIndex < Names.Num(); ++EmotionIndex)
	{
		if (Curve(EmotionIndex).GetNumKeys() > 0)
		{
			Keyed.Add(EmotionIndex);
			Text += TEXT(",") + Names[EmotionIndex].ToString().ToLower();
		}
	}
	if (Keyed.IsEmpty())
	{
		return FString();
	}
	const int32 RowCount = FMath::CeilToInt32(GetLastKeySeconds() * CsvRowsPerSecond) + 1;
	for (int32 Row = 0; Row < RowCount; ++Row)
	{
		const float Seconds = static_cast<float>(Row) / CsvRowsPerSecond;
		const FCSTalkEmotion Emotion = At(Seconds);
		Text += FString::Printf(TEXT("\n%.2f"), Seconds);
		for (const int32 EmotionIndex : Keyed)
		{
			Text += FString::Printf(TEXT(",%.4f"), Emotion.Get(EmotionIndex));
		}
	}
	return Text;
}
