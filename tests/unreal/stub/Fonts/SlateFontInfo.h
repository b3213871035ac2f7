// Declarations for type-checking, not the engine's file. Module SlateCore; facts in signatures.csv.
#pragma once

struct FSlateFontInfo
{
	FSlateFontInfo();
};
