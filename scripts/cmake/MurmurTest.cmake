# How tests are found. A new test is one new file: nothing is listed anywhere.
include(GoogleTest)
find_package(GTest REQUIRED)

# Both are far above what a test takes; they only end one that hangs.
set(MURMUR_UNIT_TIMEOUT_S 300)
set(MURMUR_FUNCTIONAL_TIMEOUT_S 900)

# Sanitizers stop at the first finding, and a finding is a failure.
set(MURMUR_LEAK_OPTIONS "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/lsan.supp:print_suppressions=0")
set(MURMUR_TEST_ENVIRONMENT ${MURMUR_LEAK_OPTIONS}
  "ASAN_OPTIONS=detect_stack_use_after_return=1" "UBSAN_OPTIONS=print_stacktrace=1" "TSAN_OPTIONS=halt_on_error=1")

# murmur_unit_tests(<folder>)
# Makes unit_<folder> from tests/unit/<folder>/**_test.cpp (and **_support.cpp), linked to the library of that folder:
# murmur_<folder>, or murmur::sdk for `sdk`. A CMakeLists.txt in the folder may add to the target.
function(murmur_unit_tests folder)
  set(dir ${CMAKE_CURRENT_SOURCE_DIR}/unit/${folder})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${dir}/*_test.cpp ${dir}/*_support.cpp)
  if(NOT sources)
    return()
  endif()
  set(name unit_${folder})
  add_executable(${name} ${sources})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/core)
  target_compile_definitions(${name} PRIVATE
    MURMUR_BUILD_DIR="${PROJECT_BINARY_DIR}" MURMUR_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  # The tests of a plugin link its parts, a static library: the plugin itself is for loading only.
  if(TARGET murmur_${folder}_parts)
    target_link_libraries(${name} PRIVATE murmur_${folder}_parts)
  elseif(TARGET murmur_${folder})
    target_link_libraries(${name} PRIVATE murmur_${folder})
  endif()
  target_link_libraries(${name} PRIVATE murmur::sdk murmur_flags GTest::gtest_main)
  # Not beside the programs: build/<preset>/bin looks like the bin of an installed prefix.
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/unit)
  if(EXISTS ${dir}/CMakeLists.txt)
    add_subdirectory(${dir} ${PROJECT_BINARY_DIR}/tests/unit/${folder})
  endif()
  gtest_discover_tests(${name} TEST_PREFIX "${folder}/" DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT ${MURMUR_UNIT_TIMEOUT_S} LABELS unit ENVIRONMENT ${MURMUR_LEAK_OPTIONS})
endfunction()

# murmur_functional_tests()
# Every tests/functional/**_test.sh and **.transcript is one test of the built programs, in a world of its own
# (tests/support/functional.sh), so any number of them may run at once.
function(murmur_functional_tests)
  file(GLOB_RECURSE scripts CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/functional/*_test.sh)
  file(GLOB_RECURSE transcripts CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/functional/*.transcript)
  foreach(file IN LISTS scripts transcripts)
    cmake_path(GET file STEM LAST_ONLY name)
    if(file MATCHES "\\.transcript$")
      set(command ${CMAKE_CURRENT_SOURCE_DIR}/support/run_transcript ${file})
      set(labels functional transcript)
    else()
      set(command bash ${file})
      set(labels functional)
    endif()
    string(REGEX REPLACE "_test$" "" name ${name})
    add_test(NAME functional/${name} COMMAND ${command})
    set_tests_properties(functional/${name} PROPERTIES
      TIMEOUT ${MURMUR_FUNCTIONAL_TIMEOUT_S} SKIP_RETURN_CODE 77 LABELS "${labels}"
      ENVIRONMENT "MURMUR_BUILD=${PROJECT_BINARY_DIR};MURMUR_SOURCE=${PROJECT_SOURCE_DIR};${MURMUR_TEST_ENVIRONMENT}")
  endforeach()
endfunction()
