#pragma once

struct FCSTalkEditedSpan
{
	float FromSeconds = 0.0f;
	float ToSeconds = 0.0f;
};
