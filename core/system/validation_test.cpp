// Simulation against theory. The seed is fixed, so this is a regression test of the statement that a run of
// `dstudio sim validate --seeds 200` supports: intervals cover the truth about as often as they say.
#include "core/system/validation.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace dstudio::system;

#if !defined(__SANITIZE_ADDRESS__) && !defined(__EMSCRIPTEN__)
TEST_CASE("every case is within what ten replications may differ from theory") {
    CHECK(validation_cases().size() >= 25);
    // Student's t for 9 degrees of freedom: 2.262 at 95 %, 6.0 at 99.98 %, so a true simulator fails one of 40 cases
    // with probability below 1 %.
    constexpr double widen = 6.0 / 2.262;
    for (const ValidationCase& tested : validation_cases()) {
        const ValidationOutcome outcome = validate({&tested, 1}, 1)[0];
        CHECK_MESSAGE(std::fabs(outcome.estimate.mean - tested.theory) <= widen * outcome.estimate.half_width,
                      tested.name << ", " << tested.quantity << ": theory " << tested.theory << ", simulated "
                                  << outcome.estimate.mean << " +- " << outcome.estimate.half_width);
        // An interval that is wide enough covers anything.
        CHECK_MESSAGE(outcome.estimate.half_width <= 0.06 * std::fabs(tested.theory), tested.name);
    }
}
#endif

TEST_CASE("a case that is wrong is noticed, also beside others of its system") {
    const ValidationCase& right = validation_cases()[0];
    ValidationCase wrong = right;
    wrong.theory *= 1.1;
    CHECK_FALSE(validate({&wrong, 1}, 1)[0].covers);
    const std::vector<ValidationCase> both{wrong, right};
    const auto outcomes = validate(both, 1);
    CHECK_FALSE(outcomes[0].covers);
    CHECK(outcomes[1].covers);
    CHECK(outcomes[1].estimate.mean == validate({&right, 1}, 1)[0].estimate.mean);
}
