#pragma once

struct FSimpleCurveKey
{
	float Time = 0.0f;
	float Value = 0.0f;
};
