// Declarations for type-checking, not the engine's file. Module JsonUtilities; facts in signatures.csv.
#pragma once

#include "CoreMinimal.h"

class FJsonObjectConverter
{
public:
	template <typename OutStructType> static bool JsonObjectStringToUStruct(const FString& JsonString, OutStructType* OutStruct);
	template <typename InStructType> static bool UStructToJsonObjectString(const InStructType& InStruct, FString& OutJsonString);
};
