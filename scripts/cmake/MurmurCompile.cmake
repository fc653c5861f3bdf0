# Compiler, linker and library settings that every target of the project shares.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
# The build tree mirrors an installed prefix (bin, lib/murmur/plugins), and both find their libraries relative to themselves.
set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)
set(CMAKE_INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")

set(MURMUR_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")

add_library(murmur_flags INTERFACE)
target_compile_options(murmur_flags INTERFACE
  -Wall -Wextra -Werror -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wno-missing-field-initializers)
# clang 14 has the sized forms of operator delete only when asked.
target_compile_options(murmur_flags INTERFACE $<$<CXX_COMPILER_ID:Clang>:-fsized-deallocation>)
# Mixing split and header-only Asio breaks the one-definition rule, so the choice is made once, here.
target_compile_definitions(murmur_flags INTERFACE
  BOOST_DLL_USE_STD_FS BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
if(MURMUR_SANITIZE)
  add_compile_options(-fsanitize=${MURMUR_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MURMUR_SANITIZE})
  string(REPLACE "," "_" murmur_sanitize_name ${MURMUR_SANITIZE})
  # Sanitized and plain code do not mix; the tag keeps plugins of the one out of hosts of the other.
  add_compile_definitions(MURMUR_ABI_SANITIZER="${murmur_sanitize_name}")
endif()

find_program(MURMUR_MOLD mold)
if(MURMUR_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
add_link_options(-Wl,--as-needed)

find_program(MURMUR_CCACHE ccache)
if(MURMUR_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${MURMUR_CCACHE})
endif()

# A Beast or Asio file may need a gigabyte: one of them at a time.
set_property(GLOBAL PROPERTY JOB_POOLS heavy=1)

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
