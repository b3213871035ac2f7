# Copies cargo's static library from FROM to TO without the C++ object that the crate cxx compiles into it (AR is the
# archiver). That object needs the standard library of the compiler that cargo found; hosts compile the same source file
# themselves (CSTalkNative.cpp), so that library and host always have one standard library.
#
# With OBJCOPY and RANLIB, debug information and LLVM bitcode (for link-time optimisation by rustc, of no use to a C++ linker)
# are taken out as well, which is more than half of a release library.
#
# A library that is there and newer stays, so that nothing is linked again for it.

if(EXISTS "${TO}" AND NOT "${FROM}" IS_NEWER_THAN "${TO}")
  return()
endif()
get_filename_component(folder "${TO}" DIRECTORY)
file(MAKE_DIRECTORY "${folder}")
file(COPY_FILE "${FROM}" "${TO}.tmp")
# What the archiver says is shown only if it fails: its plugins for other compilers complain of Rust's members.
if(NOT AR MATCHES "[Ll][Ii][Bb](\\.exe)?$")
  execute_process(COMMAND "${AR}" t "${TO}.tmp" OUTPUT_VARIABLE members ERROR_VARIABLE told RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "${AR} cannot read ${FROM}: ${told}")
  endif()
  string(REGEX MATCHALL "[^\n]*-cxx\\.o(bj)?" members "${members}")
  list(LENGTH members count)
  if(NOT count EQUAL 1)
    message(FATAL_ERROR "${FROM}: wanted one object of cxx, found ${count} (${members})")
  endif()
  execute_process(COMMAND "${AR}" d "${TO}.tmp" ${members} ERROR_VARIABLE told RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "${AR} cannot take ${members} out of ${FROM}: ${told}")
  endif()
endif()
if(OBJCOPY AND RANLIB)
  execute_process(COMMAND "${OBJCOPY}" --strip-debug --remove-section=.llvmbc --remove-section=.llvmcmd "${TO}.tmp"
    ERROR_VARIABLE told RESULT_VARIABLE failed)
  if(NOT failed)
    execute_process(COMMAND "${RANLIB}" "${TO}.tmp" ERROR_VARIABLE told RESULT_VARIABLE failed)
  endif()
  if(failed)
    message(FATAL_ERROR "${OBJCOPY} or ${RANLIB} failed on ${FROM}: ${told}")
  endif()
endif()
file(RENAME "${TO}.tmp" "${TO}")
