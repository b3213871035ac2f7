# ONNX Runtime for the providers cpu, cuda and tensorrt, under a name that no other program uses.
#
# It is neither linked nor searched for: the host passes its absolute path (ModelOptions::OnnxRuntimePath), and the
# library is opened under that very path. On Linux its SONAME is changed as well, so that a plugin of somebody else that
# asks the loader for libonnxruntime.so.1 gets its own file and not ours.

set(CSTALK_ONNX_RUNTIME_NAME "${CMAKE_SHARED_LIBRARY_PREFIX}cstalk_onnxruntime${CMAKE_SHARED_LIBRARY_SUFFIX}")
set(CSTALK_ONNX_RUNTIME_FILE "")

if(CSTALK_ONNX_RUNTIME)
  if(NOT EXISTS "${CSTALK_ONNX_RUNTIME}")
    message(FATAL_ERROR "CSTALK_ONNX_RUNTIME: no file ${CSTALK_ONNX_RUNTIME}; `cargo xtask ort` fetches one into target/ort")
  endif()
  set(CSTALK_ONNX_RUNTIME_FILE "${CMAKE_CURRENT_BINARY_DIR}/lib/${CSTALK_ONNX_RUNTIME_NAME}")
  find_program(CSTALK_PATCHELF patchelf)
  set(rename_inside "")
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    if(CSTALK_PATCHELF)
      set(rename_inside COMMAND "${CSTALK_PATCHELF}" --set-soname "${CSTALK_ONNX_RUNTIME_NAME}" "${CSTALK_ONNX_RUNTIME_FILE}.tmp")
    else()
      message(WARNING "patchelf is missing: ${CSTALK_ONNX_RUNTIME_NAME} keeps the SONAME of ONNX Runtime, and another "
        "plugin in the same process that loads it by that name would get this one")
    endif()
  elseif(APPLE)
    set(rename_inside
      COMMAND install_name_tool -id "@rpath/${CSTALK_ONNX_RUNTIME_NAME}" "${CSTALK_ONNX_RUNTIME_FILE}.tmp"
      COMMAND codesign --force --sign - "${CSTALK_ONNX_RUNTIME_FILE}.tmp")
  endif()
  add_custom_command(OUTPUT "${CSTALK_ONNX_RUNTIME_FILE}"
    COMMAND "${CMAKE_COMMAND}" -E copy "${CSTALK_ONNX_RUNTIME}" "${CSTALK_ONNX_RUNTIME_FILE}.tmp"
    ${rename_inside}
    COMMAND "${CMAKE_COMMAND}" -E rename "${CSTALK_ONNX_RUNTIME_FILE}.tmp" "${CSTALK_ONNX_RUNTIME_FILE}"
    DEPENDS "${CSTALK_ONNX_RUNTIME}"
    COMMENT "ONNX Runtime as ${CSTALK_ONNX_RUNTIME_NAME}"
    VERBATIM)
  add_custom_target(cstalk_onnx_runtime ALL DEPENDS "${CSTALK_ONNX_RUNTIME_FILE}")
endif()
