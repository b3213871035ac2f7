// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include <type_traits>
#include <utility>

template <typename FuncType> class TFunctionRef;
template <typename Ret, typename... Params>
class TFunctionRef<Ret(Params...)>
{
public:
	template <typename F, typename = std::enable_if_t<std::is_invocable_r_v<Ret, F, Params...>>>
	TFunctionRef(F&&)
	{
	}
	Ret operator()(Params... Values) const;
};

template <typename FuncType> class TFunction;
template <typename Ret, typename... Params>
class TFunction<Ret(Params...)>
{
public:
	TFunction(std::nullptr_t = nullptr);
	template <typename F, typename = std::enable_if_t<std::is_invocable_r_v<Ret, F, Params...>>>
	TFunction(F&&)
	{
	}
	Ret operator()(Params... Values) const;
};

template <typename FuncType> class TUniqueFunction;
template <typename Ret, typename... Params>
class TUniqueFunction<Ret(Params...)>
{
public:
	TUniqueFunction(std::nullptr_t = nullptr);
};
