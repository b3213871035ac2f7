// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "CoreTypes.h"
#include "Containers/UnrealString.h"

namespace ELogVerbosity
{
	enum Type : uint8 { NoLogging, Fatal, Error, Warning, Display, Log, Verbose, VeryVerbose, All };
}
struct FLogCategoryBase {};

namespace ue_check
{
	template <SIZE_T N, typename... Types>
	void Write(const FLogCategoryBase&, ELogVerbosity::Type, const TCHAR (&)[N], Types...)
	{
		static_assert((IsFormatArgument<Types> && ...), "UE_LOG of a value that is neither number nor pointer: *Text");
	}
}
#define DECLARE_LOG_CATEGORY_EXTERN(Name, Default, CompileTime) extern struct FLogCategory##Name : FLogCategoryBase {} Name
#define DEFINE_LOG_CATEGORY(Name) FLogCategory##Name Name
#define UE_LOG(Category, Verbosity, Format, ...) ::ue_check::Write(Category, ELogVerbosity::Verbosity, Format, ##__VA_ARGS__)
