# Targets: cstalk_cargo runs cargo; CSTalk::native is the library with the C++ file that belongs to it.

find_program(CSTALK_CARGO cargo REQUIRED)
find_package(Threads REQUIRED)

# One place for all build trees: another one would make cargo run the build script again.
set(CSTALK_INCLUDE_DIR "${CSTALK_CARGO_TARGET_DIR}/cstalk-native/include")
set(CSTALK_LIBRARY_NAME "${CMAKE_STATIC_LIBRARY_PREFIX}cstalk${CMAKE_STATIC_LIBRARY_SUFFIX}")
set(CSTALK_LIBRARY_FILE "${CMAKE_CURRENT_BINARY_DIR}/lib/${CSTALK_LIBRARY_NAME}")

if(CSTALK_PROFILE STREQUAL "dev")
  set(cstalk_profile_folder "debug")
else()
  set(cstalk_profile_folder "${CSTALK_PROFILE}")
endif()
set(cstalk_cargo_output
    "${CSTALK_CARGO_TARGET_DIR}/${cstalk_profile_folder}/${CMAKE_STATIC_LIBRARY_PREFIX}cstalk_bridge${CMAKE_STATIC_LIBRARY_SUFFIX}")
set(cstalk_cargo_arguments rustc --lib --locked --package cstalk-bridge --profile "${CSTALK_PROFILE}"
    --target-dir "${CSTALK_CARGO_TARGET_DIR}" --manifest-path "${CSTALK_ROOT}/Cargo.toml")
if(CSTALK_MICROPHONE)
  list(APPEND cstalk_cargo_arguments --features microphone)
endif()
# Says which libraries of the system the archive wants; `cargo xtask package` reads it.
list(APPEND cstalk_cargo_arguments -- --print native-static-libs)

set(cstalk_generated
    "${CSTALK_INCLUDE_DIR}/cstalk/bridge.h" "${CSTALK_INCLUDE_DIR}/cstalk/bridge.cc"
    "${CSTALK_INCLUDE_DIR}/rust/cxx.h" "${CSTALK_INCLUDE_DIR}/rust/cxx.cc")

# The archiver of the compiler: the plain one loads any plugin it finds and may lose the index of Rust's members.
if(CMAKE_CXX_COMPILER_AR)
  set(cstalk_archiver "${CMAKE_CXX_COMPILER_AR}")
else()
  set(cstalk_archiver "${CMAKE_AR}")
endif()

set(cstalk_slimming "")
if(CMAKE_SYSTEM_NAME STREQUAL "Linux" AND CMAKE_CXX_COMPILER_RANLIB AND NOT CSTALK_PROFILE STREQUAL "dev")
  set(cstalk_slimming "-DOBJCOPY=${CMAKE_OBJCOPY}" "-DRANLIB=${CMAKE_CXX_COMPILER_RANLIB}")
endif()

# Cargo knows best whether something has changed, so it always runs; what it leaves alone is not built again.
add_custom_target(cstalk_cargo
  COMMAND "${CMAKE_COMMAND}" -E env "CSTALK_BRIDGE_SOURCES=${CSTALK_INCLUDE_DIR}"
          "${CSTALK_CARGO}" ${cstalk_cargo_arguments}
  COMMAND "${CMAKE_COMMAND}" "-DFROM=${cstalk_cargo_output}" "-DTO=${CSTALK_LIBRARY_FILE}" "-DAR=${cstalk_archiver}" ${cstalk_slimming}
          -P "${CMAKE_CURRENT_LIST_DIR}/pure_archive.cmake"
  BYPRODUCTS "${CSTALK_LIBRARY_FILE}" ${cstalk_generated}
  COMMENT "cargo build --package cstalk-bridge (${CSTALK_PROFILE})"
  USES_TERMINAL
  VERBATIM)

add_library(cstalk_rust STATIC IMPORTED GLOBAL)
set_target_properties(cstalk_rust PROPERTIES IMPORTED_LOCATION "${CSTALK_LIBRARY_FILE}")
# What `rustc --print native-static-libs` names for the target.
if(WIN32)
  set(cstalk_system_libraries kernel32 ntdll userenv ws2_32 dbghelp)
elseif(APPLE)
  set(cstalk_system_libraries "-framework CoreFoundation" System c m)
  if(CSTALK_MICROPHONE)
    list(APPEND cstalk_system_libraries "-framework CoreAudio" "-framework AudioToolbox" "-framework AudioUnit")
  endif()
else()
  set(cstalk_system_libraries gcc_s util rt Threads::Threads m ${CMAKE_DL_LIBS} c)
  if(CSTALK_MICROPHONE)
    list(APPEND cstalk_system_libraries asound)
  endif()
endif()
set_property(TARGET cstalk_rust PROPERTY INTERFACE_LINK_LIBRARIES ${cstalk_system_libraries})
add_dependencies(cstalk_rust cstalk_cargo)

set(cstalk_native_folder "${CSTALK_ROOT}/Source/CSTalk/Private")

# Compiles the C++ file that belongs to the library, as the Unreal plugin does.
function(cstalk_add_native name)
  add_library(${name} STATIC "${cstalk_native_folder}/CSTalkNative.cpp" "${cstalk_native_folder}/CSTalkNative.h")
  target_include_directories(${name} PUBLIC "${cstalk_native_folder}" PRIVATE "${CSTALK_INCLUDE_DIR}")
  target_compile_features(${name} PUBLIC cxx_std_17)
  target_link_libraries(${name} PUBLIC cstalk_rust)
  set_property(TARGET ${name} PROPERTY POSITION_INDEPENDENT_CODE ON)
  if(CSTALK_NO_EXCEPTIONS AND NOT MSVC)
    target_compile_options(${name} PUBLIC -fno-exceptions -fno-rtti)
  endif()
  if(CSTALK_SANITIZE)
    target_compile_options(${name} PUBLIC "-fsanitize=${CSTALK_SANITIZE}" -fno-omit-frame-pointer -g)
    target_link_options(${name} PUBLIC "-fsanitize=${CSTALK_SANITIZE}")
  endif()
  # The generated files must be there before anything is compiled.
  add_dependencies(${name} cstalk_cargo)
  set_property(SOURCE "${cstalk_native_folder}/CSTalkNative.cpp" APPEND PROPERTY OBJECT_DEPENDS "${cstalk_generated}")
endfunction()

cstalk_add_native(cstalk_native)
add_library(CSTalk::native ALIAS cstalk_native)
