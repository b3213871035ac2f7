// The generated C++ half of the bridge and cxx's runtime, compiled by the host with its own standard library and flags.
// Both files are installed with the library (Source/ThirdParty/CSTalkLibrary/include) and belong to its very version.

#if defined(_MSC_VER)
#pragma warning(push, 0)
#elif defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wmissing-declarations"
#endif

#include "cstalk/bridge.cc"
#include "rust/cxx.cc"

#if defined(_MSC_VER)
#pragma warning(pop)
#elif defined(__GNUC__)
#pragma GCC diagnostic pop
#endif
