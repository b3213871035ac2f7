#include "CSTalkStats.h"

DEFINE_STAT(STAT_CSTalkTick);
DEFINE_STAT(STAT_CSTalkWriteCurves);
DEFINE_STAT(STAT_CSTalkVoices);
DEFINE_STAT(STAT_CSTalkCurvesWritten);
