// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "CoreTypes.h"

struct FStatGroup_STATGROUP_Advanced {};
#define STATCAT_Advanced FStatGroup_STATGROUP_Advanced
#define DECLARE_STATS_GROUP(Description, Group, Category) struct FStatGroup_##Group { using FCategory = Category; }
#define DECLARE_CYCLE_STAT_EXTERN(Description, Stat, Group, Api) struct FStat_##Stat { using FGroup = FStatGroup_##Group; }; extern Api FStat_##Stat Stat
#define DECLARE_DWORD_COUNTER_STAT_EXTERN(Description, Stat, Group, Api) struct FStat_##Stat { using FGroup = FStatGroup_##Group; }; extern Api FStat_##Stat Stat
#define DEFINE_STAT(Stat) FStat_##Stat Stat
#define SCOPE_CYCLE_COUNTER(Stat) const auto& ScopeOf##Stat = Stat; static_cast<void>(ScopeOf##Stat)
#define INC_DWORD_STAT(Stat) static_cast<void>(Stat)
#define INC_DWORD_STAT_BY(Stat, Amount) static_cast<void>(Stat), static_cast<void>(Amount)
