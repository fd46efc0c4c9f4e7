#include "core/system/published.hpp"

#include <doctest/doctest.h>
using namespace dstudio::system;
TEST_CASE("x") {
    CHECK(published_results().size() == 10);
}
