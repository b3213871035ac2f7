// What needs an engine but no world: names, presets, tracks, and the three ways to a face.

#include "CSTalkBakedAnimation.h"
#include "CSTalkComponent.h"
#include "CSTalkControls.h"
#include "CSTalkEmotionTrack.h"
#include "CSTalkModelAsset.h"
#include "CSTalkPresets.h"
#include "HAL/FileManager.h"
#include "HAL/PlatformProcess.h"
#include "Misc/AutomationTest.h"
#include "Misc/FileHelper.h"
#include "Misc/Paths.h"
#include "UObject/UObjectGlobals.h"

#if WITH_AUTOMATION_TESTS

BEGIN_DEFINE_SPEC(FCSTalkRuntimeSpec, "CSTalk.Runtime", EAutomationTestFlags::EditorContext | EAutomationTestFlags::ProductFilter)
	FString PresetFile(const FString& FileName) const;
	void WritePreset(const FString& FileName, const FString& Json);
END_DEFINE_SPEC(FCSTalkRuntimeSpec)

/** A file among the project's own presets. */
FString FCSTalkRuntimeSpec::PresetFile(const FString& FileName) const
{
	return FPaths::Combine(FPaths::ProjectContentDir(), TEXT("CSTalk/Presets"), FileName);
}

void FCSTalkRuntimeSpec::WritePreset(const FString& FileName, const FString& Json)
{
	TestTrue(TEXT("written"), FFileHelper::SaveStringToFile(Json, *PresetFile(FileName)));
}

void FCSTalkRuntimeSpec::Define()
{
	Describe(TEXT("Names"), [this]()
	{
		It(TEXT("are those of the MetaHuman face and its head"), [this]()
		{
			const FCSTalkControls& Controls = FCSTalkControls::Of(ECSTalkRig::MetaHuman);
			TestEqual(TEXT("columns"), Controls.Num(), 257);
			TestTrue(TEXT("jaw"), Controls.Find(TEXT("CTRL_expressions_jawOpen")) != INDEX_NONE);
			TestTrue(TEXT("names compare without case"), Controls.Find(TEXT("ctrl_expressions_JAWOPEN")) != INDEX_NONE);
			int32 HeadCount = 0;
			for (int32 Column = 0; Column < Controls.Num(); ++Column)
			{
				HeadCount += Controls.GetPart(Column) == ECSTalkPart::Head ? 1 : 0;
			}
			TestEqual(TEXT("head columns"), HeadCount, 6);
		});
	});

	Describe(TEXT("Model"), [this]()
	{
		It(TEXT("of the plugin says what it is"), [this]()
		{
			const FCSTalkModelCard Card = NewObject<UCSTalkModelAsset>()->ReadCard();
			TestEqual(TEXT("problem"), Card.Problem, FString());
			TestTrue(TEXT("knows emotions"), Card.Emotions.Num() > 1);
		});
		It(TEXT("that is missing is named in the problem"), [this]()
		{
			UCSTalkModelAsset* Missing = NewObject<UCSTalkModelAsset>();
			Missing->Model = TEXT("no-such-model");
			TestTrue(TEXT("problem"), Missing->ReadCard().Problem.Contains(TEXT("no-such-model")));
		});
	});

	Describe(TEXT("Presets"), [this]()
	{
		It(TEXT("that ship can all be read"), [this]()
		{
			const TArray<FString> Names = UCSTalkPresets::ListPresets();
			TestTrue(TEXT("some are there"), Names.Num() >= 6);
			for (const FString& Name : Names)
			{
				FCSTalkPerformance Performance;
				TestTrue(*Name, UCSTalkPresets::LoadPreset(Name, Performance));
			}
		});
		It(TEXT("that are unknown fail and say so"), [this]()
		{
			AddExpectedError(TEXT("not there"));
			FCSTalkPerformance Performance;
			TestFalse(TEXT("loaded"), UCSTalkPresets::LoadPreset(TEXT("no such preset"), Performance));
		});
		It(TEXT("come back as they were saved, under any name"), [this]()
		{
			const FString Name = TEXT("CSTalk spec, gr\u00fcn");
			FCSTalkPerformance Saved;
			Saved.Emotion.Happy = 0.5f;
			Saved.Strength.Brows = 1.25f;
			Saved.Shown.Eyes = 0.5f;
			Saved.Style.Jaw = -0.5f;
			Saved.HeadMotion = 0.25f;
			Saved.Blinks = 0.75f;
			Saved.Gaze = 1.5f;
			Saved.Seed = 7;
			Saved.SmoothingMs = 40.0f;
			TestTrue(TEXT("saved"), UCSTalkPresets::SavePreset(Name, Saved));
			TestTrue(TEXT("listed"), UCSTalkPresets::ListPresets().Contains(Name));
			FCSTalkPerformance Loaded;
			TestTrue(TEXT("loaded"), UCSTalkPresets::LoadPreset(Name, Loaded));
			TestTrue(TEXT("emotion"), Loaded.Emotion == Saved.Emotion);
			TestTrue(TEXT("strength"), Loaded.Strength == Saved.Strength);
			TestTrue(TEXT("shown"), Loaded.Shown == Saved.Shown);
			TestTrue(TEXT("style"), Loaded.Style == Saved.Style);
			TestEqual(TEXT("head motion"), Loaded.HeadMotion, Saved.HeadMotion);
			TestEqual(TEXT("blinks"), Loaded.Blinks, Saved.Blinks);
			TestEqual(TEXT("gaze"), Loaded.Gaze, Saved.Gaze);
			TestEqual(TEXT("seed"), Loaded.Seed, Saved.Seed);
			TestEqual(TEXT("smoothing"), Loaded.SmoothingMs, Saved.SmoothingMs);
			TestFalse(TEXT("has a track"), UCSTalkPresets::LoadPresetTrack(Name, nullptr) != nullptr);
			IFileManager::Get().Delete(*PresetFile(Name + TEXT(".json")));
		});
		It(TEXT("of the studio give their emotion over time as a track, and say what the plugin has no place for"), [this]()
		{
			WritePreset(TEXT("CSTalk spec.cstalk.json"), TEXT("{\"schema\":\"cstalk-preset/1\",\"seed\":4294967296,\"style\":{\"drawl\":1,\"jaw\":1},")
				TEXT("\"emotion_keys\":[{\"time_s\":0,\"weights\":{}},{\"time_s\":1,\"weights\":{\"happy\":0.5},\"strength\":{\"brows\":0.5}},")
				TEXT("{\"time_s\":1,\"weights\":{\"glad\":0.5}}]}"));
			TestTrue(TEXT("listed without its ending"), UCSTalkPresets::ListPresets().Contains(TEXT("CSTalk spec")));
			AddExpectedError(TEXT("seed: wanted 0 to 2147483647, got 4294967296"));
			AddExpectedError(TEXT("no style value \"drawl\""));
			AddExpectedError(TEXT("LoadPresetTrack gives it"));
			FCSTalkPerformance Performance;
			TestTrue(TEXT("loaded"), UCSTalkPresets::LoadPreset(TEXT("CSTalk spec"), Performance));
			TestEqual(TEXT("jaw"), Performance.Style.Jaw, 1.0f);
			AddExpectedError(TEXT("no curve for .*strength:brows.*glad"));
			const UCSTalkEmotionTrack* Track = UCSTalkPresets::LoadPresetTrack(TEXT("CSTalk spec"), nullptr);
			TestNotNull(TEXT("track"), Track);
			if (Track != nullptr)
			{
				TestEqual(TEXT("on the way"), Track->At(0.5f).Happy, 0.25f);
				TestEqual(TEXT("before the step"), Track->At(0.999f).Happy, 0.4995f);
				TestEqual(TEXT("after the step"), Track->At(1.0f).Happy, 0.0f);
				TestEqual(TEXT("both keys of the step"), Track->Happy.GetRichCurveConst()->GetConstRefOfKeys().Num(), 3);
			}
			IFileManager::Get().Delete(*PresetFile(TEXT("CSTalk spec.cstalk.json")));
		});
		It(TEXT("that are none, or out of range, are refused with the reason"), [this]()
		{
			WritePreset(TEXT("CSTalk spec bad.json"), TEXT("{\"schema\":\"cstalk-preset/9\"}"));
			AddExpectedError(TEXT("CSTalk spec bad.*wanted schema"));
			FCSTalkPerformance Performance;
			Performance.Gaze = 9.0f;
			TestFalse(TEXT("loaded"), UCSTalkPresets::LoadPreset(TEXT("CSTalk spec bad"), Performance));
			TestEqual(TEXT("as it was"), Performance.Gaze, 9.0f);
			AddExpectedError(TEXT("CSTalk spec worse.*gaze"));
			TestFalse(TEXT("saved"), UCSTalkPresets::SavePreset(TEXT("CSTalk spec worse"), Performance));
			TestFalse(TEXT("file"), FPaths::FileExists(PresetFile(TEXT("CSTalk spec worse.json"))));
			IFileManager::Get().Delete(*PresetFile(TEXT("CSTalk spec bad.json")));
		});
	});

	Describe(TEXT("Emotion track"), [this]()
	{
		It(TEXT("gives back its keys, and text for the library"), [this]()
		{
			UCSTalkEmotionTrack* Track = NewObject<UCSTalkEmotionTrack>();
			TestEqual(TEXT("empty"), Track->ToCsv(), FString());
			FCSTalkEmotion Happy;
			Happy.Happy = 0.5f;
			Track->SetKeys(1.0f, Happy);
			TestEqual(TEXT("value at the key"), Track->At(1.0f).Happy, 0.5f);
			TestTrue(TEXT("header"), Track->ToCsv().StartsWith(TEXT("time_s,happy\n")));
		});
		It(TEXT("takes the text of an emotion curve, and keeps its keys when it gets none"), [this]()
		{
			UCSTalkEmotionTrack* Track = NewObject<UCSTalkEmotionTrack>();
			TestTrue(TEXT("as a spreadsheet writes it"), Track->SetFromCsv(TEXT("mood"), TEXT("time_s;sad\n0;0,5\n2;1\n")));
			TestEqual(TEXT("straight between keys"), Track->At(1.0f).Sad, 0.75f);
			AddExpectedError(TEXT("mood.*line 3"));
			TestFalse(TEXT("time runs backwards"), Track->SetFromCsv(TEXT("mood"), TEXT("time_s,happy\n1,1\n0,1\n")));
			TestEqual(TEXT("as it was"), Track->At(1.0f).Sad, 0.75f);
		});
	});

	Describe(TEXT("Component"), [this]()
	{
		It(TEXT("shows baked curves at once"), [this]()
		{
			UCSTalkBakedAnimation* Baked = NewObject<UCSTalkBakedAnimation>();
			Baked->DurationSeconds = 1.0f;
			FCSTalkBakedCurve& Jaw = Baked->Curves.AddDefaulted_GetRef();
			Jaw.Name = TEXT("CTRL_expressions_jawOpen");
			Jaw.Keys.AddKey(0.0f, 0.25f);
			UCSTalkComponent* Component = NewObject<UCSTalkComponent>();
			TestTrue(TEXT("plays"), Component->PlayBaked(Baked, false));
			TestEqual(TEXT("jaw"), Component->GetCurve(Jaw.Name), 0.25f);
			Component->StopSpeaking();
			TestFalse(TEXT("shows a face after the stop"), Component->IsActiveFace());
		});
		It(TEXT("follows pushed sound"), [this]()
		{
			UCSTalkComponent* Component = NewObject<UCSTalkComponent>();
			TestTrue(TEXT("opens"), Component->StartPush(16000, 1));
			TArray<float> Silence;
			Silence.SetNumZeroed(16000);
			TestTrue(TEXT("takes sound"), Component->PushAudio(Silence));
			TArray<float> Row;
			Row.SetNumZeroed(FCSTalkControls::Of(ECSTalkRig::MetaHuman).Num());
			bool bShown = false;
			for (int32 Try = 0; Try < 100 && !bShown; ++Try)
			{
				FPlatformProcess::Sleep(0.05f);
				bShown = Component->SampleRow(Row);
			}
			TestTrue(TEXT("a row within 5 s"), bShown);
			Component->StopSpeaking();
		});
		It(TEXT("refuses sound before it was opened, and says so"), [this]()
		{
			AddExpectedError(TEXT("StartPush first"));
			TArray<float> Block;
			Block.SetNumZeroed(160);
			TestFalse(TEXT("taken"), NewObject<UCSTalkComponent>()->PushAudio(Block));
		});
	});
}

#endif
