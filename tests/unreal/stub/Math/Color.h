// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

struct FLinearColor
{
	float R, G, B, A;
	constexpr FLinearColor(float InR, float InG, float InB, float InA = 1.0f) : R(InR), G(InG), B(InB), A(InA) {}
};
