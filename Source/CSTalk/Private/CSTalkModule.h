// The runtime module: checks the library, owns models and worker threads, carries the library's log into the engine's.
#pragma once

#include "CoreMinimal.h"
#include "Containers/Ticker.h"
#include "CSTalkNative.h"
#include "CSTalkTypes.h"
#include "Modules/ModuleManager.h"

class FCSTalkModule : public IModuleInterface
{
public:
	virtual void StartupModule() override;
	virtual void ShutdownModule() override;

	/** False when the linked library does not fit this plugin: nothing of it may be called then. */
	static bool IsLibraryUsable();

	/** The plugin's folder on disk, absolute. */
	static FString GetFolder();

	/**
	 * The model of that file, read on first use and kept; any thread. Null with a sentence in OutProblem when the file
	 * is missing or unfit, or the provider cannot run.
	 */
	static TSharedPtr<const cstalk::Model, ESPMode::ThreadSafe> FindOrLoadModel(const FString& AbsolutePath, ECSTalkProvider Provider, FString& OutProblem);

	/**
	 * The worker threads that run all voices of a model, started on first use and kept; game thread. Null with
	 * OutProblem when the model cannot be loaded or the threads do not start.
	 */
	static const cstalk::LivePool* FindOrStartPool(const FString& AbsolutePath, ECSTalkProvider Provider, FString& OutProblem);

private:
	bool CarryLog(float DeltaTime);

	FTSTicker::FDelegateHandle LogTicker;
};
