// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "Delegates/Delegate.h"

/** Blueprint-assignable delegates: what they take is checked where they are broadcast. */
template <typename... Params>
class TDynamicMulticastDelegate
{
public:
	void Broadcast(Params... Values) const;
};
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE(Name) class Name : public TDynamicMulticastDelegate<> {}
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(Name, Type1, Name1) class Name : public TDynamicMulticastDelegate<Type1> {}
