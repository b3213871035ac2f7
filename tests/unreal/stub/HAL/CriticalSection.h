// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

class FCriticalSection
{
public:
	FCriticalSection();
	FCriticalSection(const FCriticalSection&) = delete;
	FCriticalSection& operator=(const FCriticalSection&) = delete;
	void Lock();
};
