// Declarations for type-checking, not the engine's file. Module SlateCore; facts in signatures.csv.
#pragma once

class FReply
{
public:
	static FReply Handled();
};
