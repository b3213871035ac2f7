// Baking into an AnimSequence through the engine's own data model, and again over hand edits.

#include "Animation/AnimCurveTypes.h"
#include "Animation/AnimData/CurveIdentifier.h"
#include "Animation/AnimData/IAnimationDataController.h"
#include "Animation/AnimData/IAnimationDataModel.h"
#include "Animation/AnimSequence.h"
#include "Animation/Skeleton.h"
#include "CSTalkBake.h"
#include "CSTalkHandEdits.h"
#include "CSTalkModelAsset.h"
#include "CSTalkSequenceWriter.h"
#include "Misc/AutomationTest.h"
#include "UObject/UObjectGlobals.h"

#if WITH_AUTOMATION_TESTS

BEGIN_DEFINE_SPEC(FCSTalkBakeSpec, "CSTalk.Bake", EAutomationTestFlags::EditorContext | EAutomationTestFlags::ProductFilter)
	FCSTalkBakeRequest MakeRequest() const;
	UAnimSequence* MakeSequence() const;
	FCSTalkBakeResult Baked;
END_DEFINE_SPEC(FCSTalkBakeSpec)

/** Two seconds of a buzz that swells and fades: no speech, but sound enough to move a face. */
FCSTalkBakeRequest FCSTalkBakeSpec::MakeRequest() const
{
	constexpr int32 RateHz = 16000;
	constexpr int32 PeriodSamples = 130;
	FCSTalkBakeRequest Request;
	UCSTalkModelAsset::Resolve(nullptr, Request.ModelPath, Request.Provider);
	Request.SampleRateHz = RateHz;
	Request.ChannelCount = 1;
	Request.Samples.SetNumZeroed(2 * RateHz);
	for (int32 Index = 0; Index < Request.Samples.Num(); Index += PeriodSamples)
	{
		const int32 Loudness = (Index / 4000) % 2 == 0 ? 12000 : 0;
		Request.Samples[Index] = static_cast<int16>(Loudness);
	}
	return Request;
}

UAnimSequence* FCSTalkBakeSpec::MakeSequence() const
{
	UAnimSequence* Sequence = NewObject<UAnimSequence>();
	Sequence->SetSkeleton(NewObject<USkeleton>());
	return Sequence;
}

void FCSTalkBakeSpec::Define()
{
	BeforeEach([this]()
	{
		FString Problem;
		TestTrue(TEXT("bakes"), CSTalk::Bake(MakeRequest(), [](double) { return true; }, Baked, Problem));
		TestEqual(TEXT("problem"), Problem, FString());
	});

	It(TEXT("moves some curves, leaves out those at rest, and keeps fewer keys than rows"), [this]()
	{
		TestTrue(TEXT("curves"), Baked.Curves.Num() > 0);
		TestTrue(TEXT("left out"), Baked.PrunedCount > 0);
		TestTrue(TEXT("keys"), Baked.KeyCount < Baked.UnreducedKeyCount);
		TestEqual(TEXT("rows"), Baked.RowCount, 60);
	});

	It(TEXT("stops when told, without a problem"), [this]()
	{
		FCSTalkBakeResult Untouched;
		FString Problem;
		TestFalse(TEXT("bakes"), CSTalk::Bake(MakeRequest(), [](double) { return false; }, Untouched, Problem));
		TestEqual(TEXT("problem"), Problem, FString());
		TestEqual(TEXT("rows"), Untouched.RowCount, 0);
	});

	It(TEXT("writes every curve with every key into the data model"), [this]()
	{
		UAnimSequence* Sequence = MakeSequence();
		int32 Kept = 0;
		FString Problem;
		TestTrue(TEXT("writes"), CSTalkEditor::WriteSequence(*Sequence, Baked, true, Kept, Problem));
		TestEqual(TEXT("curves"), Sequence->GetDataModel()->GetFloatCurves().Num(), Baked.Curves.Num());
		for (const FCSTalkKeys& Curve : Baked.Curves)
		{
			const FFloatCurve* Written = Sequence->GetDataModel()->FindFloatCurve(FAnimationCurveIdentifier(Curve.Name, ERawCurveTrackTypes::RCT_Float));
			TestNotNull(*Curve.Name.ToString(), Written);
			if (Written != nullptr)
			{
				TestEqual(TEXT("keys"), Written->FloatCurve.GetConstRefOfKeys().Num(), Curve.Keys.Num());
			}
		}
		TestEqual(TEXT("edited right after a bake"), CSTalkEditor::FindEditedCurves(*Sequence).Num(), 0);
	});

	It(TEXT("keeps an edit where it was made over two bakes, follows the bake elsewhere, and drops it when told"), [this]()
	{
		UAnimSequence* Sequence = MakeSequence();
		int32 Kept = 0;
		FString Problem;
		CSTalkEditor::WriteSequence(*Sequence, Baked, true, Kept, Problem);
		const FAnimationCurveIdentifier First(Baked.Curves[0].Name, ERawCurveTrackTypes::RCT_Float);
		TArray<FRichCurveKey> Edit = Baked.Curves[0].Keys;
		Edit[0].Value = 0.75f;
		Sequence->GetController().SetCurveKeys(First, Edit, false);
		const int32 KeyCount = Edit.Num();
		const float LastValue = Edit[KeyCount - 1].Value;
		for (int32 Bake = 0; Bake < 2; ++Bake)
		{
			TestTrue(TEXT("writes"), CSTalkEditor::WriteSequence(*Sequence, Baked, true, Kept, Problem));
			TestEqual(TEXT("kept"), Kept, 1);
			const TArray<FRichCurveKey>& Keys = Sequence->GetDataModel()->FindFloatCurve(First)->FloatCurve.GetConstRefOfKeys();
			TestEqual(TEXT("keys"), Keys.Num(), KeyCount);
			TestEqual(TEXT("the edit"), Keys[0].Value, 0.75f);
			TestEqual(TEXT("the rest"), Keys[Keys.Num() - 1].Value, LastValue);
		}
		TestTrue(TEXT("writes"), CSTalkEditor::WriteSequence(*Sequence, Baked, false, Kept, Problem));
		TestEqual(TEXT("edited after dropping"), CSTalkEditor::FindEditedCurves(*Sequence).Num(), 0);
	});

	It(TEXT("tells added, removed and changed keys, and keys of other interpolation, from those it wrote"), [this]()
	{
		const TArray<FSimpleCurveKey> Written = {{0.0f, 0.1f}, {1.0f, 0.2f}, {2.0f, 0.3f}};
		TArray<FRichCurveKey> Found;
		for (const FSimpleCurveKey& Key : Written)
		{
			Found.Add(FRichCurveKey(Key.Time, Key.Value));
			Found[Found.Num() - 1].InterpMode = RCIM_Linear;
		}
		TestEqual(TEXT("as written"), CSTalkEditor::FindEditedSpans(Written, Found).Num(), 0);
		Found[1].InterpMode = RCIM_Cubic;
		const TArray<FCSTalkEditedSpan> Spans = CSTalkEditor::FindEditedSpans(Written, Found);
		TestEqual(TEXT("one span"), Spans.Num(), 1);
		TestEqual(TEXT("at the key"), Spans[0].FromSeconds, 1.0f);
		TestEqual(TEXT("all removed"), CSTalkEditor::FindEditedSpans(Written, TArray<FRichCurveKey>()).Num(), 1);
		TestEqual(TEXT("a removed key stays removed"), CSTalkEditor::LayEdits(Spans, TArray<FRichCurveKey>(), Found).Num(), 2);
	});
}

#endif
