// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "Animation/AnimData/CurveIdentifier.h"
#include "Curves/RichCurve.h"
#include "Misc/FrameRate.h"

class IAnimationDataController
{
public:
	virtual ~IAnimationDataController();
	virtual void OpenBracket(const FText& InTitle, bool bShouldTransact = true) = 0;
	virtual void CloseBracket(bool bShouldTransact = true) = 0;
	virtual void InitializeModel() = 0;
	virtual void SetFrameRate(FFrameRate FrameRate, bool bShouldTransact = true) = 0;
	virtual void SetNumberOfFrames(FFrameNumber NewLengthInFrames, bool bShouldTransact = true) = 0;
	virtual bool AddCurve(const FAnimationCurveIdentifier& CurveId, int32 CurveFlags = 4, bool bShouldTransact = true) = 0;
	virtual bool RemoveCurve(const FAnimationCurveIdentifier& CurveId, bool bShouldTransact = true) = 0;
	virtual bool SetCurveKeys(const FAnimationCurveIdentifier& CurveId, const TArray<FRichCurveKey>& CurveKeys, bool bShouldTransact = true) = 0;
	virtual void NotifyPopulated() = 0;
};
