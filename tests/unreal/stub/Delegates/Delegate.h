// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "Templates/SharedPointer.h"
#include "UObject/NameTypes.h"
#include <type_traits>

class FDelegateHandle
{
public:
	bool IsValid() const;
	void Reset();
};

template <typename Signature> class TDelegate;
template <typename Ret, typename... Params>
class TDelegate<Ret(Params...)>
{
public:
	template <typename F>
	static TDelegate CreateLambda(F&&)
	{
		static_assert(std::is_invocable_r_v<Ret, F, Params...>, "a lambda of another signature");
		return TDelegate();
	}
	static TDelegate CreateStatic(Ret (*Function)(Params...));
	template <typename C> static TDelegate CreateRaw(C* Object, Ret (C::*Function)(Params...));
	TDelegate();
};

template <typename Signature> class TMulticastDelegate;
template <typename... Params>
class TMulticastDelegate<void(Params...)>
{
public:
	using FDelegate = TDelegate<void(Params...)>;
	template <typename C> FDelegateHandle AddRaw(C* Object, void (C::*Function)(Params...));
	template <typename C> FDelegateHandle AddUObject(C* Object, void (C::*Function)(Params...));
	bool Remove(FDelegateHandle Handle);
	void Broadcast(Params... Values) const;
};
using FSimpleMulticastDelegate = TMulticastDelegate<void()>;
