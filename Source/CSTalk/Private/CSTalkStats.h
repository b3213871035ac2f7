// `stat CSTalk`
#pragma once

#include "CoreMinimal.h"
#include "Stats/Stats.h"

DECLARE_STATS_GROUP(TEXT("CSTalk"), STATGROUP_CSTalk, STATCAT_Advanced);
DECLARE_CYCLE_STAT_EXTERN(TEXT("Component tick"), STAT_CSTalkTick, STATGROUP_CSTalk, );
DECLARE_CYCLE_STAT_EXTERN(TEXT("Write curves"), STAT_CSTalkWriteCurves, STATGROUP_CSTalk, );
DECLARE_DWORD_COUNTER_STAT_EXTERN(TEXT("Live voices"), STAT_CSTalkVoices, STATGROUP_CSTalk, );
DECLARE_DWORD_COUNTER_STAT_EXTERN(TEXT("Curves written"), STAT_CSTalkCurvesWritten, STATGROUP_CSTalk, );
