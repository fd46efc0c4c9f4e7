#include <string>

#include "apps/wasm/formula_door.hpp"

// The text it returns stays valid until the next call.
extern "C" const char* dstudio_formula(const char* request) {
    static dstudio::wasm::FormulaDoor door;
    static std::string answer;
    answer = door.call(request);
    return answer.c_str();
}
