// Declarations for type-checking, not the engine's file. Module Engine; facts in signatures.csv.
#pragma once

#include "UObject/Object.h"
#include "UObject/SoftObjectPtr.h"
#include "Templates/SubclassOf.h"

enum ELevelTick : int { LEVELTICK_TimeOnly, LEVELTICK_ViewportsOnly, LEVELTICK_All, LEVELTICK_PauseTick };
namespace EEndPlayReason
{
	enum Type : int { Destroyed, LevelTransition, EndPlayInEditor, RemovedFromWorld, Quit };
}
struct FDirectoryPath
{
	FString Path;
};
