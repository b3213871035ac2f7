// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

struct FVector2D
{
	double X;
	double Y;
	FVector2D(double InX, double InY);
};
