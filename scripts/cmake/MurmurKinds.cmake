# A new kind of catalog entry is one new file: core/catalog/kinds/<stem>.cpp with a function make_<stem>_kind(). The list of
# them is written here.
file(GLOB murmur_kind_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/catalog/kinds/*.cpp)
set(murmur_kind_declarations "")
set(murmur_kind_calls "")
foreach(file IN LISTS murmur_kind_files)
  cmake_path(GET file STEM LAST_ONLY stem)
  string(APPEND murmur_kind_declarations "CoreKind make_${stem}_kind();\n")
  string(APPEND murmur_kind_calls "        make_${stem}_kind(),\n")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/core_kinds.cpp @ONLY CONTENT [[
#include "catalog/core_kind.hpp"

namespace murmur {

@murmur_kind_declarations@
std::vector<CoreKind> core_kinds() {
    return {
@murmur_kind_calls@    };
}

}
]])
target_sources(murmur_catalog PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/core_kinds.cpp)
