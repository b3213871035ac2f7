# Copies cargo's static library from FROM to TO without the C++ object that the crate cxx compiles into it (AR is the
# archiver). That object needs the standard library of the compiler that cargo found; hosts compile the same source file
# themselves (CSTalkNative.cpp), so that library and host always have one standard library.
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
file(RENAME "${TO}.tmp" "${TO}")
