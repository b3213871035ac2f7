// Bakes on build machines: UnrealEditor-Cmd Project.uproject -run=CSTalkBake ...
#pragma once

#include "CoreMinimal.h"
#include "Commandlets/Commandlet.h"
#include "CSTalkBakeCommandlet.generated.h"

/**
 * -Sounds=/Game/Speech          all sound waves below a content folder, and/or
 * -Files=D:/Speech              sound files on disk, one or all of a folder (wav, flac, mp3, ogg, m4a)
 * -Animations=/Game/Faces       bakes the CSTalk animations below a folder again, keeping hand edits
 * -Skeleton=/Game/Face_Skeleton for AnimSequences; or -Baked for CSTalk baked animations
 * -Out=/Game/Faces              folder of new assets
 * -Model=live -Fps=30 -Tolerance=0.002
 * -Preset=Happy                 performance, and emotion over time where the preset has it
 * -Report=report.csv            one row an item
 * -DryRun                       bakes, but saves nothing
 * Exit code 0: all baked and saved; 1: some failed, named in log and report; 2: wrong parameters.
 */
UCLASS()
class UCSTalkBakeCommandlet : public UCommandlet
{
	GENERATED_BODY()

public:
	UCSTalkBakeCommandlet();

	virtual int32 Main(const FString& Params) override;
};
