#include "CSTalkBakedAnimation.h"

int32 UCSTalkBakedAnimation::CountKeys() const
{
	int32 Count = 0;
	for (const FCSTalkBakedCurve& Curve : Curves)
	{
		Count += Curve.Keys.GetNumKeys();
	}
	return Count;
}
