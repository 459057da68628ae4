# Runs shop_worker on a fresh database and looks for what it must say.
file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
execute_process(COMMAND ${PROGRAM} ${SOURCE}/one_second.json ${FOLDER}/shop.db
  RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE errors)
foreach(expected IN ITEMS "to push/kim: {" "‘머그컵’이 장바구니에서 기다려요." "not taken: customer \"undefined\" is a placeholder")
  string(FIND "${output}" "${expected}" place)
  if(place EQUAL -1 OR NOT code EQUAL 0)
    message(FATAL_ERROR "exit code ${code}; expected \"${expected}\" in:\n${output}${errors}")
  endif()
endforeach()
