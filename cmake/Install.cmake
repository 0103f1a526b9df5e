# What an embedder gets: the library, one header, a CMake package and a pkg-config file.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/imgmine)
install(TARGETS imgmine EXPORT imgmine-targets)
install(FILES csrc/include/imgmine.h TYPE INCLUDE)
install(EXPORT imgmine-targets NAMESPACE imgmine:: DESTINATION ${package_dir})

file(WRITE ${PROJECT_BINARY_DIR}/imgmine-config.cmake
  "include(CMakeFindDependencyMacro)\nfind_dependency(Threads)\n"
  "include(\${CMAKE_CURRENT_LIST_DIR}/imgmine-targets.cmake)\n")
write_basic_package_version_file(${PROJECT_BINARY_DIR}/imgmine-config-version.cmake
  COMPATIBILITY SameMinorVersion)
# The .pc file finds its prefix from where it stands, so that the tree can be moved.
file(RELATIVE_PATH prefix_from_pkgconfig /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/imgmine.pc.in imgmine.pc @ONLY)

install(FILES ${PROJECT_BINARY_DIR}/imgmine-config.cmake
              ${PROJECT_BINARY_DIR}/imgmine-config-version.cmake DESTINATION ${package_dir})
install(FILES ${PROJECT_BINARY_DIR}/imgmine.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
