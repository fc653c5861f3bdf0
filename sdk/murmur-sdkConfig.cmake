# find_package(murmur-sdk): the target murmur::sdk, murmur_add_plugin() and murmur_add_plugin_test().
include(CMakeFindDependencyMacro)
find_dependency(Boost 1.81 COMPONENTS json)
include(${CMAKE_CURRENT_LIST_DIR}/murmur-sdkTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/MurmurPlugin.cmake)
