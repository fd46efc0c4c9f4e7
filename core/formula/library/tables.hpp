// The library's subjects, each with its table of functions.
#pragma once

#include <span>
#include <vector>

#include "core/formula/function.hpp"

namespace dstudio::formula::library {

std::vector<std::span<const Function>> tables();

}  // namespace dstudio::formula::library
