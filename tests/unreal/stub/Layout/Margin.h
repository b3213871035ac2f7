// Declarations for type-checking, not the engine's file. Module SlateCore; facts in signatures.csv.
#pragma once

struct FMargin
{
	FMargin(float UniformMargin);
	FMargin(float Horizontal, float Vertical);
	FMargin(float Left, float Top, float Right, float Bottom);
};
