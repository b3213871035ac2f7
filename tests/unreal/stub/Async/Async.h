// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "Async/Future.h"
#include "Templates/Function.h"

enum class EAsyncExecution { TaskGraph, TaskGraphMainThread, Thread, ThreadIfForkSafe, ThreadPool };

template <typename CallableType>
auto Async(EAsyncExecution, CallableType&& Callable, TUniqueFunction<void()> = nullptr)
	-> TFuture<decltype(Callable())>
{
	return {};
}
