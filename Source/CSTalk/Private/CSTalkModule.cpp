#include "CSTalkModule.h"

#include "CoreGlobals.h"
#include "CSTalkSettings.h"
#include "CSTalkText.h"
#include "HAL/CriticalSection.h"
#include "Interfaces/IPluginManager.h"
#include "Misc/Paths.h"
#include "Misc/ScopeLock.h"
#include "UObject/Class.h"

namespace
{
	constexpr float LogSeconds = 0.25f;

	/** What lives from the first use to the end of the module. */
	struct FLibraryState
	{
		bool bUsable = false;
		FCriticalSection ModelsLock;
		TMap<FString, TSharedPtr<const cstalk::Model, ESPMode::ThreadSafe>> Models;
		TMap<FString, TUniquePtr<cstalk::LivePool>> Pools;
	};

	FLibraryState& State()
	{
		static FLibraryState Single;
		return Single;
	}

	FString OnnxRuntimePath()
	{
#if PLATFORM_WINDOWS
		const TCHAR* const FileName = TEXT("Win64/cstalk_onnxruntime.dll");
#elif PLATFORM_MAC
		const TCHAR* const FileName = TEXT("Mac/libcstalk_onnxruntime.dylib");
#else
		const TCHAR* const FileName = TEXT("Linux/libcstalk_onnxruntime.so");
#endif
		return FPaths::Combine(FCSTalkModule::GetFolder(), TEXT("Binaries/ThirdParty/CSTalk"), FileName);
	}

	FString KeyOf(const FString& AbsolutePath, ECSTalkProvider Provider)
	{
		return FString::Printf(TEXT("%d %s"), static_cast<int32>(Provider), *AbsolutePath);
	}

	void Carry(const cstalk::LogRecord& Record)
	{
		const FString Text = CSTalk::FromUtf8(Record.Text);
		switch (Record.Level)
		{
		case cstalk::LogLevel::Error: UE_LOG(LogCSTalk, Error, TEXT("%s"), *Text); break;
		case cstalk::LogLevel::Warning: UE_LOG(LogCSTalk, Warning, TEXT("%s"), *Text); break;
		case cstalk::LogLevel::Info: UE_LOG(LogCSTalk, Log, TEXT("%s"), *Text); break;
		default: UE_LOG(LogCSTalk, Verbose, TEXT("%s"), *Text); break;
		}
	}
}

void FCSTalkModule::StartupModule()
{
	const cstalk::Status Fit = cstalk::CheckLibrary();
	State().bUsable = Fit.IsOk();
	if (!State().bUsable)
	{
		UE_LOG(LogCSTalk, Error, TEXT("CSTalk is switched off: %s"), *CSTalk::FromUtf8(Fit.Message));
		return;
	}
	UE_LOG(LogCSTalk, Log, TEXT("CSTalk library %s"), *CSTalk::FromUtf8(cstalk::LibraryVersion()));
	LogTicker = FTSTicker::GetCoreTicker().AddTicker(FTickerDelegate::CreateRaw(this, &FCSTalkModule::CarryLog), LogSeconds);
}

void FCSTalkModule::ShutdownModule()
{
	if (LogTicker.IsValid())
	{
		FTSTicker::GetCoreTicker().RemoveTicker(LogTicker);
		LogTicker.Reset();
		CarryLog(0.0f);
	}
	State().Pools.Reset();
	FScopeLock Lock(&State().ModelsLock);
	State().Models.Reset();
}

bool FCSTalkModule::IsLibraryUsable()
{
	return State().bUsable;
}

FString FCSTalkModule::GetFolder()
{
	const TSharedPtr<IPlugin> Plugin = IPluginManager::Get().FindPlugin(TEXT("CSTalk"));
	return Plugin.IsValid() ? FPaths::ConvertRelativePathToFull(Plugin->GetBaseDir()) : FString();
}

TSharedPtr<const cstalk::Model, ESPMode::ThreadSafe> FCSTalkModule::FindOrLoadModel(const FString& AbsolutePath, ECSTalkProvider Provider, FString& OutProblem)
{
	if (!IsLibraryUsable())
	{
		OutProblem = TEXT("the CSTalk library does not fit this plugin; see the log at start-up");
		return nullptr;
	}
	const FString Key = KeyOf(AbsolutePath, Provider);
	FScopeLock Lock(&State().ModelsLock);
	if (const TSharedPtr<const cstalk::Model, ESPMode::ThreadSafe>* Known = State().Models.Find(Key))
	{
		return *Known;
	}
	cstalk::ModelOptions Options;
	Options.RunBy = CSTalk::ToNative(Provider);
	if (Provider != ECSTalkProvider::Embedded)
	{
		Options.OnnxRuntimePath = CSTalk::ToUtf8(OnnxRuntimePath());
	}
	const TSharedRef<cstalk::Model, ESPMode::ThreadSafe> Loaded = MakeShared<cstalk::Model, ESPMode::ThreadSafe>();
	const cstalk::Status Result = Loaded->Load(CSTalk::ToUtf8(AbsolutePath), Options);
	if (!Result.IsOk())
	{
		OutProblem = CSTalk::FromUtf8(Result.Message);
		return nullptr;
	}
	if (Loaded->Facts().bNonCommercial)
	{
		UE_LOG(LogCSTalk, Warning, TEXT("%s: the licence of its training material forbids commercial use"), *AbsolutePath);
	}
	State().Models.Add(Key, Loaded);
	return Loaded;
}

const cstalk::LivePool* FCSTalkModule::FindOrStartPool(const FString& AbsolutePath, ECSTalkProvider Provider, FString& OutProblem)
{
	check(IsInGameThread());
	const TSharedPtr<const cstalk::Model, ESPMode::ThreadSafe> Model = FindOrLoadModel(AbsolutePath, Provider, OutProblem);
	if (!Model.IsValid())
	{
		return nullptr;
	}
	TUniquePtr<cstalk::LivePool>& Pool = State().Pools.FindOrAdd(KeyOf(AbsolutePath, Provider));
	if (!Pool.IsValid())
	{
		TUniquePtr<cstalk::LivePool> Started = MakeUnique<cstalk::LivePool>();
		const int32 WorkerCount = GetDefault<UCSTalkSettings>()->LiveWorkerCount;
		const cstalk::Status Result = Started->Start(*Model, static_cast<std::uint32_t>(FMath::Max(WorkerCount, 0)));
		if (!Result.IsOk())
		{
			OutProblem = CSTalk::FromUtf8(Result.Message);
			return nullptr;
		}
		Pool = MoveTemp(Started);
	}
	return Pool.Get();
}

bool FCSTalkModule::CarryLog(float /*DeltaTime*/)
{
	std::vector<cstalk::LogRecord> Records;
	const std::uint64_t LostCount = cstalk::DrainLog(Records);
	if (LostCount > 0)
	{
		UE_LOG(LogCSTalk, Warning, TEXT("%llu lines of the library's log were lost"), static_cast<uint64>(LostCount));
	}
	for (const cstalk::LogRecord& Record : Records)
	{
		Carry(Record);
	}
	return true;
}

IMPLEMENT_MODULE(FCSTalkModule, CSTalk)
