// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#define UE_VERSION_OLDER_THAN(Major, Minor, Patch) (5 < (Major) || (5 == (Major) && CST_UE_MINOR < (Minor)))
