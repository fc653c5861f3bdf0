# How plugins are built; shipped with the SDK, so the same lines work inside and outside of the tree.
set(MURMUR_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/plugin.map)

# murmur_add_plugin(<name> [DIR <dir>] [SOURCES <file>...] [LIBS <target>...] [OUTPUT <dir>])
# Builds a plugin from every .cpp of DIR (default: the current folder). A plugin exports exactly one symbol, links only
# murmur::sdk and its own libraries, and fails at link time, not at load, when a symbol is missing.
function(murmur_add_plugin name)
  cmake_parse_arguments(arg "" "DIR;OUTPUT" "LIBS;SOURCES" ${ARGN})
  if(NOT arg_DIR)
    set(arg_DIR ${CMAKE_CURRENT_SOURCE_DIR})
  endif()
  if(NOT arg_OUTPUT)
    set(arg_OUTPUT ${PROJECT_BINARY_DIR}/lib/murmur/plugins)
  endif()
  if(NOT arg_SOURCES)
    file(GLOB arg_SOURCES CONFIGURE_DEPENDS ${arg_DIR}/*.cpp)
  endif()
  add_library(${name} MODULE ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE murmur::sdk ${arg_LIBS})
  if(TARGET murmur_flags)
    target_link_libraries(${name} PRIVATE murmur_flags)
  endif()
  target_link_options(${name} PRIVATE -Wl,-z,defs -Wl,--version-script=${MURMUR_PLUGIN_MAP})
  set_target_properties(${name} PROPERTIES PREFIX "" CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY ${arg_OUTPUT} INSTALL_RPATH "$ORIGIN/../..")
  # The host refuses what others may write, and some people's umask lets their group.
  add_custom_command(TARGET ${name} POST_BUILD
    COMMAND chmod go-w $<TARGET_FILE:${name}> $<TARGET_FILE_DIR:${name}> VERBATIM)
endfunction()

# murmur_add_plugin_test(<name> PLUGIN <target> SOURCES <file>... [LIBS <target>...])
# Makes a GoogleTest program that may use <murmur/testing/*.hpp> and finds the built plugin under MURMUR_PLUGIN_FILE, and
# registers it with ctest.
function(murmur_add_plugin_test name)
  cmake_parse_arguments(arg "" "PLUGIN" "SOURCES;LIBS" ${ARGN})
  find_package(GTest REQUIRED)
  find_package(Threads REQUIRED)
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE murmur::sdk GTest::gtest_main Threads::Threads ${CMAKE_DL_LIBS} ${arg_LIBS})
  if(TARGET murmur_flags)
    target_link_libraries(${name} PRIVATE murmur_flags)
  endif()
  target_compile_definitions(${name} PRIVATE MURMUR_PLUGIN_FILE="$<TARGET_FILE:${arg_PLUGIN}>")
  add_dependencies(${name} ${arg_PLUGIN})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/contract)
  add_test(NAME contract/${name} COMMAND ${name})
  # Far above what a suite takes; it only ends one that hangs.
  set_tests_properties(contract/${name} PROPERTIES TIMEOUT 300 LABELS contract)
endfunction()
