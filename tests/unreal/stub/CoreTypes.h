// Declarations for type-checking, not the engine's file. Module Core; facts in signatures.csv.
#pragma once

#include <cstddef>
#include <cstdint>

using uint8 = std::uint8_t;
using int16 = std::int16_t;
using uint16 = std::uint16_t;
using int32 = std::int32_t;
using uint32 = std::uint32_t;
// Not std::int64_t: the engine's are "long long" everywhere, which matters to overloads and format strings.
using int64 = long long;
using uint64 = unsigned long long;
using SIZE_T = std::size_t;
using ANSICHAR = char;

// Windows has wide characters, Linux and Mac 16-bit ones: string code breaks between the two.
#if CST_TCHAR_WIDE
using TCHAR = wchar_t;
#define TEXT(x) L##x
#define PLATFORM_WINDOWS 1
#else
using TCHAR = char16_t;
#define TEXT(x) u##x
#define PLATFORM_WINDOWS 0
#endif
#define PLATFORM_MAC 0

constexpr int32 INDEX_NONE = -1;

#define UE_ARRAY_COUNT(Array) (sizeof(Array) / sizeof((Array)[0]))
#define check(Condition) (static_cast<void>(static_cast<bool>(Condition)))
