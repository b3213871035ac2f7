# The library must hold no C++ code and want none: hosts with another standard library could not link it. NM, LIBRARY.
execute_process(COMMAND "${NM}" --undefined-only --format=posix "${LIBRARY}"
  OUTPUT_VARIABLE undefined ERROR_QUIET RESULT_VARIABLE failed)
execute_process(COMMAND "${NM}" --defined-only --format=posix "${LIBRARY}" OUTPUT_VARIABLE defined ERROR_QUIET)
if(failed)
  message(FATAL_ERROR "${NM} cannot read ${LIBRARY}")
endif()
string(REGEX MATCHALL "\n(_ZNSt|_ZNKSt|_ZSt|_ZTVN10__cxxabiv|_ZTISt|__cxa_throw|__cxa_begin_catch|__gxx_personality|_Znw|_Zdl)[^ ]*"
  wanted "${undefined}")
list(REMOVE_DUPLICATES wanted)
if(wanted)
  message(FATAL_ERROR "the library wants C++: ${wanted}")
endif()
if(NOT defined MATCHES "cstalk\\$bridge\\$cxxbridge1")
  message(FATAL_ERROR "the library does not define the bridge")
endif()
file(SIZE "${LIBRARY}" size)
math(EXPR size_mb "${size} / 1000000")
message(STATUS "${LIBRARY}: ${size_mb} MB, no C++ runtime wanted")
