// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "Internationalization/Text.h"

namespace ue_check
{
	FText Localised(const char* Namespace, const char* Key, const char* Text);
}
// LOCTEXT without its namespace is an error in the engine too.
#define LOCTEXT(Key, Text) ::ue_check::Localised(LOCTEXT_NAMESPACE, Key, Text)
