// What needs an engine but no world: names, presets, tracks, and the three ways to a face.

#include "CSTalkBakedAnimation.h"
#include "CSTalkComponent.h"
#include "CSTalkControls.h"
#include "CSTalkEmotionTrack.h"
#include "CSTalkModelAsset.h"
#include "CSTalkPresets.h"
#include "HAL/PlatformProcess.h"
#include "Misc/AutomationTest.h"
#include "UObject/UObjectGlobals.h"

#if WITH_AUTOMATION_TESTS

BEGIN_DEFINE_SPEC(FCSTalkRuntimeSpec, "CSTalk.Runtime", EAutomationTestFlags::EditorContext | EAutomationTestFlags::ProductFilter)
END_DEFINE_SPEC(FCSTalkRuntimeSpec)

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
