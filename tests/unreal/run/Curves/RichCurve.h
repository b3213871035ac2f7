#pragma once

enum ERichCurveInterpMode { RCIM_Linear, RCIM_Constant, RCIM_Cubic, RCIM_None };

struct FRichCurveKey
{
	ERichCurveInterpMode InterpMode = RCIM_Linear;
	float Time = 0.0f;
	float Value = 0.0f;
};
