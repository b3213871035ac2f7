// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include "CoreTypes.h"
#include <initializer_list>
#include <utility>

template <typename KeyType, typename ValueType>
struct TPair
{
	KeyType Key;
	ValueType Value;
	template <typename K, typename V> TPair(K&& InKey, V&& InValue) : Key(std::forward<K>(InKey)), Value(std::forward<V>(InValue)) {}
};

template <typename... Types> struct TTuple;
template <typename A, typename B>
struct TTuple<A, B> : TPair<A, B>
{
	using TPair<A, B>::TPair;
};

template <typename KeyType, typename ValueType>
class TMap
{
public:
	TMap();
	TMap(std::initializer_list<TPair<KeyType, ValueType>> Pairs);
	int32 Num() const;
	void Reset();
	ValueType& Add(const KeyType& Key, const ValueType& Value);
	ValueType& Add(const KeyType& Key, ValueType&& Value);
	// Has a body because the compiler wants one for types without linkage.
	ValueType& FindOrAdd(const KeyType&) { return *new ValueType(); }
	ValueType* Find(const KeyType& Key);
	const ValueType* Find(const KeyType& Key) const;
	int32 Remove(const KeyType& Key);
	TPair<KeyType, ValueType>* begin();
	TPair<KeyType, ValueType>* end();
	const TPair<KeyType, ValueType>* begin() const;
	const TPair<KeyType, ValueType>* end() const;
};
