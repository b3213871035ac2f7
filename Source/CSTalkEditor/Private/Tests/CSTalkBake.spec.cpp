// Baking into an AnimSequence through the engine's own data model, and again over hand edits.

#include "Animation/AnimCurveTypes.h"
#include "Animation/AnimData/CurveIdentifier.h"
#include "Animation/AnimData/IAnimationDataController.h"
#include "Animation/AnimData/IAnimationDataModel.h"
#include "Animation/AnimSequence.h"
#include "Animation/Skeleton.h"
#include "CSTalkBake.h"
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

	It(TEXT("keeps a curve that was edited by hand over two bakes, and drops it when told"), [this]()
	{
		UAnimSequence* Sequence = MakeSequence();
		int32 Kept = 0;
		FString Problem;
		CSTalkEditor::WriteSequence(*Sequence, Baked, true, Kept, Problem);
		const FAnimationCurveIdentifier First(Baked.Curves[0].Name, ERawCurveTrackTypes::RCT_Float);
		const TArray<FRichCurveKey> Edit = {FRichCurveKey(0.0f, 0.75f), FRichCurveKey(1.0f, 0.5f)};
		Sequence->GetController().SetCurveKeys(First, Edit, false);
		for (int32 Bake = 0; Bake < 2; ++Bake)
		{
			TestTrue(TEXT("writes"), CSTalkEditor::WriteSequence(*Sequence, Baked, true, Kept, Problem));
			TestEqual(TEXT("kept"), Kept, 1);
			TestEqual(TEXT("the edit"), Sequence->GetDataModel()->FindFloatCurve(First)->FloatCurve.Eval(0.0f), 0.75f);
		}
		TestTrue(TEXT("writes"), CSTalkEditor::WriteSequence(*Sequence, Baked, false, Kept, Problem));
		TestEqual(TEXT("edited after dropping"), CSTalkEditor::FindEditedCurves(*Sequence).Num(), 0);
	});
}

#endif
