// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"

class UCommandlet : public UObject
{
	CST_ENGINE_CLASS(UCommandlet, UObject)
	uint8 IsClient : 1;
	uint8 IsEditor : 1;
	uint8 LogToConsole : 1;
	virtual int32 Main(const FString& Params);
};
