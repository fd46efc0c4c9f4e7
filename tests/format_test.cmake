# Every C++ file is formatted as .clang-format says. Run by ctest with CLANG_FORMAT and ROOT defined.
file(GLOB_RECURSE files "${ROOT}/core/*.[ch]pp" "${ROOT}/services/*.[ch]pp" "${ROOT}/apps/*.[ch]pp" "${ROOT}/tests/*.[ch]pp"
     "${ROOT}/fuzz/*.[ch]pp" "${ROOT}/bench/*.[ch]pp")
list(LENGTH files count)
if(count LESS 50)
  message(FATAL_ERROR "only ${count} files under ${ROOT}: is this the repository?")
endif()
execute_process(COMMAND "${CLANG_FORMAT}" --dry-run -Werror ${files} RESULT_VARIABLE result ERROR_VARIABLE complaints)
if(NOT result EQUAL 0)
  string(REGEX MATCHALL "[^\n]*error:[^\n]*" lines "${complaints}")
  list(JOIN lines "\n" text)
  message(FATAL_ERROR "not formatted; run clang-format-14 -i on them:\n${text}")
endif()
message(STATUS "${count} files are formatted")
