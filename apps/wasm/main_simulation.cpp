#include <string>

#include "apps/wasm/simulation_door.hpp"

// The text it returns stays valid until the next call.
extern "C" const char* dstudio_simulation(const char* request) {
    static dstudio::wasm::SimulationDoor door;
    static std::string answer;
    answer = door.call(request);
    return answer.c_str();
}
