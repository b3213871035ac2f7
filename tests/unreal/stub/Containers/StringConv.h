// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "CoreTypes.h"

namespace ue_check
{
	const TCHAR* FromUtf8(const char* Text);
	const char* ToUtf8(const TCHAR* Text);
}
#define UTF8_TO_TCHAR(Text) ::ue_check::FromUtf8(Text)
#define TCHAR_TO_UTF8(Text) ::ue_check::ToUtf8(Text)
