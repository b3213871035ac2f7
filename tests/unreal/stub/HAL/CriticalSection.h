// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

class FCriticalSection
{
public:
	FCriticalSection();
	void Lock();
	void Unlock();

private:
	FCriticalSection(const FCriticalSection&);
	FCriticalSection& operator=(const FCriticalSection&);
};
