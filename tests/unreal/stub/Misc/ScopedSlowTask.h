// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "Internationalization/Text.h"

struct FScopedSlowTask
{
	FScopedSlowTask(float InAmountOfWork, const FText& InDefaultMessage = FText(), bool bInEnabled = true);
	void MakeDialog(bool bShowCancelButton = false, bool bAllowInPIE = false);
	void EnterProgressFrame(float ExpectedWorkThisFrame = 1.0f, const FText& Text = FText());
	bool ShouldCancel() const;
};
