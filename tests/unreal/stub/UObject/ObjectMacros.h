// Declarations for type-checking, not the engine's file. Module CoreUObject; facts in signatures.csv.
#pragma once

#include "CoreTypes.h"

// What the header tool reads; the compiler sees nothing.
#define UCLASS(...)
#define USTRUCT(...)
#define UENUM(...)
#define UPROPERTY(...)
#define UFUNCTION(...)
#define UMETA(...)

// GENERATED_BODY() names a macro of the generated header by file and line, as the engine's does.
#define CST_JOIN_INNER(A, B, C, D) A##B##C##D
#define CST_JOIN(A, B, C, D) CST_JOIN_INNER(A, B, C, D)
#define GENERATED_BODY(...) CST_JOIN(CURRENT_FILE_ID, _, __LINE__, _GENERATED_BODY)

#define CST_GENERATED_CLASS(This, Base) \
public: \
	using Super = Base; \
	using ThisClass = This; \
	static UClass* StaticClass(); \
\
private:
#define CST_GENERATED_STRUCT(This, Base) \
	using Super = Base; \
	static UScriptStruct* StaticStruct();
#define CST_GENERATED_STRUCT_NOBASE(This) static UScriptStruct* StaticStruct();

/** For classes of the engine in these declarations. */
#define CST_ENGINE_CLASS(This, Base) \
public: \
	using Super = Base; \
	using ThisClass = This; \
	static UClass* StaticClass();

enum EObjectFlags : uint32
{
	RF_NoFlags = 0,
	RF_Public = 1,
	RF_Standalone = 2,
	RF_Transient = 0x40,
	RF_Transactional = 8
};
enum ELoadFlags : uint32
{
	LOAD_None = 0,
	LOAD_NoWarn = 2,
	LOAD_Quiet = 0x2000
};
