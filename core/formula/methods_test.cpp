// Solving, differentiating, sampling, sweeping and fitting: against theory, finite differences and each other.
#include <doctest/doctest.h>

#include <cmath>

#include "core/base/distribution.hpp"
#include "core/base/elementary.hpp"
#include "core/formula/derivative.hpp"
#include "core/formula/fit.hpp"
#include "core/formula/sample.hpp"
#include "core/formula/solve.hpp"
#include "core/formula/sweep.hpp"

using namespace dstudio::formula;
namespace base = dstudio::base;

namespace {

Model declared(std::vector<Declaration::DeclaredVariable> variables, std::vector<std::string> equations) {
    Declaration declaration;
    declaration.variables = std::move(variables);
    declaration.equations = std::move(equations);
    Diagnostics diagnostics;
    auto model = Model::from_declaration(declaration, {}, diagnostics);
    REQUIRE_MESSAGE(model.has_value(), diagnostics[0].message);
    return std::move(*model);
}

Model from_text(std::string_view source) {
    Diagnostics diagnostics;
    auto model = Model::from_source(source, {}, diagnostics);
    REQUIRE_MESSAGE(model.has_value(), diagnostic_text(source, diagnostics[0]));
    return std::move(*model);
}

Model mm1() {
    return declared(
        {{.name = "arrival_rate", .unit = "1/s", .domain = "non-negative"},
         {.name = "service_rate", .unit = "1/s", .domain = "positive"},
         {.name = "response", .unit = "ms"}},
        {"response = if arrival_rate < service_rate then 1 / (service_rate - arrival_rate) else infinity * 1 s"});
}

Model mmc() {
    return declared({{.name = "servers", .domain = "positive-count"},
                     {.name = "load", .domain = "positive"},
                     {.name = "wait_probability"}},
                    {"wait_probability = erlang_c(servers, load)"});
}

SolveReport solved(const Model& model, std::vector<Assignment> given, const std::string& unknown) {
    BindOptions options;
    options.allow_targets = true;
    options.open = {unknown};
    const auto bindings = bind_inputs(model, given, options);
    REQUIRE_MESSAGE(bindings.has_value(), bindings.error().message);
    auto report = solve(model, *bindings, unknown);
    REQUIRE_MESSAGE(report.has_value(), report.error().message);
    return std::move(*report);
}

}  // namespace

TEST_CASE("solving inverts evaluation over the domain") {
    const Model queue = mm1();
    const Model power = from_text("x = 2\nk = 3\ny = x^3 + k * x");
    const Model availability =
        declared({{.name = "p", .domain = "probability"}, {.name = "n", .domain = "positive"}, {.name = "a"}},
                 {"a = 1 - (1 - p)^n"});
    base::RandomStream stream(3, "points");
    for (int i = 0; i < 200; ++i) {
        const double mu = 1 + 99 * stream.uniform();
        const double lambda = mu * 0.999 * stream.uniform();
        const double response = 1 / (mu - lambda);
        const auto report = solved(
            queue, {{"service_rate", std::to_string(mu) + "/s"}, {"response", std::to_string(response * 1e3) + " ms"}},
            "arrival_rate");
        REQUIRE(report.solutions.size() == 1);
        const double mu_read = std::stod(std::to_string(mu));
        const double response_read = std::stod(std::to_string(response * 1e3)) / 1e3;
        CHECK(report.solutions[0].value == doctest::Approx(mu_read - 1 / response_read).epsilon(1e-9).scale(mu));

        const double x = 10 * (stream.uniform() - 0.5);
        const auto cubic = solved(power, {{"k", "3"}, {"y", std::to_string(x * x * x + 3 * x)}}, "x");
        REQUIRE(cubic.solutions.size() == 1);
        CHECK(cubic.solutions[0].value == doctest::Approx(x).epsilon(1e-4).scale(1));  // the target has six decimals

        const double p = 0.01 + 0.98 * stream.uniform();
        const double n = 1 + std::floor(5 * stream.uniform());
        const double a = 1 - std::pow(1 - p, n);
        if (a > 0.999)
            continue;  // its six decimals would be too few
        const auto parallel = solved(availability, {{"n", std::to_string(n)}, {"a", std::to_string(a)}}, "p");
        REQUIRE(parallel.solutions.size() == 1);
        const double a_read = std::stod(std::to_string(a));
        CHECK(parallel.solutions[0].value == doctest::Approx(1 - std::pow(1 - a_read, 1 / n)).epsilon(1e-9));
    }
}

TEST_CASE("all solutions are found, and none is explained") {
    const Model parabola = from_text("x = 1\ny = (x - 2) * (x + 3)");
    const auto two = solved(parabola, {{"y", "0"}}, "x");
    REQUIRE(two.solutions.size() == 2);
    CHECK(two.solutions[0].value == doctest::Approx(-3).epsilon(1e-12));
    CHECK(two.solutions[1].value == doctest::Approx(2).epsilon(1e-12));
    CHECK(two.explanation.starts_with("2 values of x"));
    const auto none = solved(parabola, {{"y", "-100"}}, "x");
    CHECK(none.solutions.empty());
    CHECK(none.explanation.find("never gets as low as -100") != std::string::npos);
    const Model pole = from_text("x = 1\ny = 1 / (x - 0.5)");
    CHECK(solved(pole, {{"y", "0"}}, "x").solutions.empty());                          // the sign changes at the pole
    const Model queue = from_text("rate = 1/s\nresponse = 1 / (100/s - rate) -> ms");  // negative beyond saturation
    const auto below = solved(queue, {{"response", "150 ms"}}, "rate");
    REQUIRE(below.solutions.size() == 1);
    CHECK(below.solutions[0].value == doctest::Approx(100 - 1 / 0.15).epsilon(1e-12));
    const auto beyond = solved(mm1(), {{"service_rate", "10/s"}, {"response", "50 ms"}}, "arrival_rate");
    CHECK(beyond.solutions.empty());
    CHECK(beyond.explanation.find("stays at or above 100 ms") != std::string::npos);
    const Model step = from_text("x = 1\ny = floor(x)");
    CHECK(solved(step, {{"y", "2.5"}}, "x").explanation.find("jumps over") != std::string::npos);
}

TEST_CASE("a whole number is answered by the first that meets the target") {
    const auto report = solved(mmc(), {{"load", "8"}, {"wait_probability", "0.05"}}, "servers");
    REQUIRE(report.solutions.size() == 1);
    const double c = report.solutions[0].value;
    CHECK(report.explanation.find("whole numbers") != std::string::npos);
    // Independent: the probabilities of the birth-death chain, summed directly.
    const auto wait = [](double servers) {
        double sum = 0;
        double term = 1;
        for (int k = 0; k < servers; ++k) {
            sum += term;
            term *= 8 / (k + 1.0);
        }
        const double tail = term / (1 - 8 / servers);
        return tail / (sum + tail);
    };
    CHECK(wait(c) <= 0.05);
    CHECK(wait(c - 1) > 0.05);
}

TEST_CASE("wrong requests to solve are told") {
    const Model model = mm1();
    BindOptions options;
    options.allow_targets = true;
    options.open = {"arrival_rate"};
    const std::vector<Assignment> no_target{{"service_rate", "10/s"}};
    CHECK(solve(model, *bind_inputs(model, no_target, options), "arrival_rate").error().message.find("0 results") == 0);
    const std::vector<Assignment> given{{"service_rate", "10/s"}, {"arrival_rate", "1/s"}, {"response", "1 s"}};
    CHECK(solve(model, *bind_inputs(model, given, options), "arrival_rate").error().message.find("has a value") !=
          std::string::npos);
    CHECK_FALSE(solve(model, *bind_inputs(model, no_target, options), "nothing").has_value());
}

TEST_CASE("derivatives agree with central differences, through every operation") {
    const char* expressions[] = {
        "x * y + x / y - 3 * x",
        "x^y + y^2 + sqrt(x)",
        "exp(x / 3) * ln(y) + log2(x) + log10(y)",
        "sin(x) * cos(y) + tan(x / 4)",
        "max(x, y) + min(x, 2 * y) + abs(x - 5)",
        "if x < y then x^2 else y^3",
        "sum(k in 1..5: x^k / k) + prod(k in 1..4: x + k * y)",
        "max(k in 1..6: x * k - k^2)",
        "sum(v in [x, y, x * y]: v^2)",
        "[x, y^2, 3][2] + mean([x, y])",
        "erlang_c(4, x) + mg1_wait(x / 5 * 1/s, y / 3 * 1 s, 2) / (1 s)",
        "-x + (if x > 100 then x else -y)",
    };
    base::RandomStream stream(5, "points");
    for (const char* expression : expressions) {
        CAPTURE(std::string(expression));
        const Model model = from_text(std::string("x = 1\ny = 1\nz = ") + expression);
        for (int i = 0; i < 10; ++i) {
            const double x = 0.2 + 1.5 * stream.uniform();
            const double y = 0.3 + 1.2 * stream.uniform();
            if (std::fabs(x - y) < 0.05 || std::fabs(x - 2 * y) < 0.05)
                continue;  // corners have no derivative
            const auto at = [&](double px, double py) {
                Bindings bindings;
                bindings.of_variable = {InputValue{.text = {}, .points = {px}, .uncertain = {std::nullopt}},
                                        InputValue{.text = {}, .points = {py}, .uncertain = {std::nullopt}},
                                        std::nullopt};
                return bindings;
            };
            const Bindings here = at(x, y);
            const auto program = Program::compile(model, here.lengths());
            REQUIRE(program);
            const auto value = [&](double px, double py) { return evaluate(model, at(px, py))->values[2][0]; };
            constexpr double h = 1e-5;
            const double numeric_x = (value(x + h, y) - value(x - h, y)) / (2 * h);
            const double numeric_y = (value(x, y + h) - value(x, y - h)) / (2 * h);
            CHECK(derivatives(*program, model, here, program->registers(0)[0])[2] ==
                  doctest::Approx(numeric_x).epsilon(1e-6).scale(1));
            CHECK(derivatives(*program, model, here, program->registers(1)[0])[2] ==
                  doctest::Approx(numeric_y).epsilon(1e-6).scale(1));
        }
    }
}

TEST_CASE("sensitivity ranks inputs by how far they move the result") {
    const Model model = from_text("a = 2\nb = 3\nc = 5\ny = a^3 * b / c");
    const auto report = sensitivity(model, *bind_inputs(model, {}));
    REQUIRE(report);
    REQUIRE(report->size() == 1);
    const auto& influences = (*report)[0].influences;
    REQUIRE(influences.size() == 3);
    CHECK(model.variables()[influences[0].input].name == "a");
    CHECK(influences[0].elasticity == doctest::Approx(3).epsilon(1e-12));
    CHECK(influences[0].high_output == doctest::Approx(1.1 * 1.1 * 1.1 * 24 / 5).epsilon(1e-12));
    CHECK(influences[1].elasticity == doctest::Approx(-1).epsilon(1e-12));  // 1/0.9 - 1/1.1 is wider than 1.1 - 0.9
    CHECK(model.variables()[influences[2].input].name == "b");
}

TEST_CASE("sampling a sum of normals gives the normal that theory gives") {
    const Model model = from_text("a = normal(10 ms, 3 ms)\nb = normal(20 ms, 4 ms)\ny = a + b -> ms");
    SampleOptions options;
    options.count = 200'000;
    options.quantiles = {0.05, 0.5, 0.95};
    const auto report = sample(model, *bind_inputs(model, {}), options);
    REQUIRE(report);
    const OutputSample& y = report->outputs[0];
    // Five standard errors: a false alarm once in 1.7 million seeds.
    CHECK(std::fabs(y.mean - 0.030) < 5 * 0.005 / std::sqrt(200'000.0));
    CHECK(std::fabs(y.deviation - 0.005) < 5 * 0.005 / std::sqrt(2 * 200'000.0));
    for (std::size_t i = 0; i < 3; ++i) {
        const double exact = 0.030 + 0.005 * base::math::normal_quantile(options.quantiles[i]);
        CHECK(std::fabs(y.quantiles[i] - exact) < 2.6 * (y.quantile_highs[i] - y.quantile_lows[i]) / 2);
    }
    double area = 0;
    for (const double density : y.density)
        area += density * y.density_step;
    CHECK(area == doctest::Approx(1).epsilon(0.01));
    CHECK(model.variables()[y.influences[0].input].name == "b");
}

TEST_CASE("the same seed gives the same bits, and changing one input leaves the draws of the others") {
    const Model model = from_text("a = uniform(0, 1)\nb = uniform(0, 1)\nonly_a = a * 1\nboth = a + b");
    const auto run = [&](std::vector<Assignment> given, std::uint64_t seed) {
        SampleOptions options;
        options.count = 5'000;
        options.seed = seed;
        return *sample(model, *bind_inputs(model, given), options);
    };
    const SampleReport first = run({}, 42);
    CHECK(run({}, 42).outputs[1].quantiles == first.outputs[1].quantiles);
    CHECK(run({}, 43).outputs[1].quantiles != first.outputs[1].quantiles);
    CHECK(run({{"b", "normal(5, 1)"}}, 42).outputs[0].quantiles == first.outputs[0].quantiles);
}

TEST_CASE("correlation is what the model declares, and nothing else") {
    const Model independent = from_text("a = exponential(1)\nb = beta(2, 5)\nd = a - 0 * b\ne = b + 0 * a");
    const Model together =
        from_text("a = exponential(1)\nb = beta(2, 5)\ncorrelate a, b, 0.6\nd = a - 0 * b\ne = b + 0 * a\nf = a * b");
    SampleOptions options;
    options.count = 50'000;
    const auto correlation_of_a_with = [&](const Model& model, std::size_t output) {
        const auto report = sample(model, *bind_inputs(model, {}), options);
        for (const RankInfluence& influence : report->outputs[output].influences)
            if (model.variables()[influence.input].name == "a")
                return influence.rank_correlation;
        return std::nan("");
    };
    // Of 10,000 pairs: standard error 0.01 without correlation, less with.
    CHECK(std::fabs(correlation_of_a_with(independent, 1)) < 0.05);
    CHECK(std::fabs(correlation_of_a_with(together, 1) - 0.6) < 0.05);
    // The inputs keep their own distributions.
    const auto report = sample(together, *bind_inputs(together, {}), options);
    CHECK(std::fabs(report->outputs[0].mean - 1) < 5 / std::sqrt(50'000.0));
    CHECK(std::fabs(report->outputs[1].mean - 2.0 / 7) < 5 * 0.16 / std::sqrt(50'000.0));
    const Model impossible = from_text(
        "a = normal(0, 1)\nb = normal(0, 1)\nc = normal(0, 1)\ncorrelate a, b, 0.9\ncorrelate b, c, 0.9\ncorrelate a, "
        "c, -0.9\n"
        "y = a + b + c");
    CHECK(sample(impossible, *bind_inputs(impossible, {}), options).error().message.find("contradict each other") !=
          std::string::npos);
}

TEST_CASE("tails outside the domain are moved to its end and counted, values without bound count in quantiles") {
    const Model model =
        declared({{.name = "rate", .unit = "1/s", .domain = "non-negative"}, {.name = "response", .unit = "s"}},
                 {"response = if rate < 10/s then 1 / (10/s - rate) else infinity * 1 s"});
    const std::vector<Assignment> given{{"rate", "normal(8/s, 2/s)"}};
    SampleOptions options;
    options.count = 100'000;
    options.quantiles = {0.5, 0.95};
    const auto report = sample(model, *bind_inputs(model, given), options);
    REQUIRE(report);
    CHECK(std::fabs(report->outputs[0].unbounded_share - 0.158655) < 5 * std::sqrt(0.1587 * 0.8413 / 1e5));
    CHECK(std::isinf(report->outputs[0].quantiles[1]));
    CHECK(report->outputs[0].quantiles[0] == doctest::Approx(0.5).epsilon(0.02));
    CHECK(std::isinf(report->outputs[0].mean));
    const std::vector<Assignment> wide{{"rate", "normal(3/s, 1.5/s)"}};
    const auto clamped = sample(model, *bind_inputs(model, wide), options);
    REQUIRE(clamped->outside_shares.size() == 1);
    CHECK(std::fabs(clamped->outside_shares[0].second - 0.02275) < 5 * std::sqrt(0.02275 / 1e5));
    CHECK_FALSE(bind_inputs(model, std::vector<Assignment>{{"rate", "normal(1/s, 3/s)"}}).has_value());
    CHECK(sample(model, *bind_inputs(model, std::vector<Assignment>{{"rate", "3/s"}}))
              .error()
              .message.find("no input is uncertain") == 0);
}

TEST_CASE("a sweep gives at each point what evaluation gives there") {
    const Model model = mmc();
    BindOptions options;
    options.open = {"servers", "load"};
    const auto bindings = bind_inputs(model, {}, options);
    const std::vector<SweepAxis> axes{{.input = "servers", .from = 1, .to = 20, .count = 20},
                                      {.input = "load", .from = 0.5, .to = 15, .count = 30, .logarithmic = true}};
    const auto grid = sweep(model, *bindings, axes);
    REQUIRE(grid);
    REQUIRE(grid->values[0].size() == 600);
    for (std::size_t i = 0; i < 600; ++i) {
        Bindings at = *bindings;
        at.of_variable[0] = InputValue{.text = {}, .points = {grid->axes[0][i / 30]}, .uncertain = {std::nullopt}};
        at.of_variable[1] = InputValue{.text = {}, .points = {grid->axes[1][i % 30]}, .uncertain = {std::nullopt}};
        CHECK(grid->values[0][i] == evaluate(model, at)->values[2][0]);
    }
    const auto refused = [&](SweepAxis axis) {
        return sweep(model, *bindings, std::vector<SweepAxis>{std::move(axis)}).error().message;
    };
    CHECK(refused({.input = "servers", .from = 0, .to = 5}).find("reaches 0") != std::string::npos);
    CHECK(refused({.input = "load", .from = 5, .to = 5}).find("must rise") != std::string::npos);
    CHECK(refused({.input = "load", .from = 1, .to = 5, .count = 1}).find("1 points") != std::string::npos);
    CHECK(refused({.input = "wait_probability", .from = 0, .to = 1}).find("no input") != std::string::npos);
}

TEST_CASE("a fit finds the parameters that made the data, and its intervals cover them as often as they say") {
    const Model usl =
        declared({{.name = "n", .domain = "positive"},
                  {.name = "contention", .domain = "probability"},
                  {.name = "coherency", .domain = "non-negative"},
                  {.name = "throughput_one", .unit = "1/s", .domain = "positive"},
                  {.name = "throughput", .unit = "1/s"}},
                 {"throughput = throughput_one * n / (1 + contention * (n - 1) + coherency * n * (n - 1))"});
    const auto truth = [](double n) { return 900 * n / (1 + 0.04 * (n - 1) + 0.0008 * n * (n - 1)); };
    BindOptions options;
    options.open = {"n", "contention", "coherency", "throughput_one"};
    const auto bindings = bind_inputs(usl, {}, options);
    std::string csv = "n, throughput (1/s)\n# load test\n";
    for (const int n : {1, 2, 4, 8, 16, 32, 48, 64})
        csv += std::to_string(n) + "," + std::to_string(truth(n)) + "\n";
    const auto columns = read_columns(csv, usl);
    REQUIRE_MESSAGE(columns.has_value(), columns.error().message);
    const auto exact = fit(usl, *bindings, *columns);
    REQUIRE_MESSAGE(exact.has_value(), exact.error().message);
    CHECK(exact->estimates[0].value == doctest::Approx(0.04).epsilon(1e-5));
    CHECK(exact->estimates[1].value == doctest::Approx(0.0008).epsilon(1e-5));
    CHECK(exact->estimates[2].value == doctest::Approx(900).epsilon(1e-5));
    CHECK(exact->r_squared == doctest::Approx(1).epsilon(1e-9));

    // Noise of 1 %: of 200 data sets the 95 % interval misses 10 on average; 22 or more has probability below 0.0005.
    int missed = 0;
    const auto noise = *base::Distribution::normal(0, 150);
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        base::RandomStream stream(seed, "noise");
        std::vector<DataColumn> data = *columns;
        std::vector<double> errors(data[1].values.size());
        noise.sample(stream, errors);
        for (std::size_t i = 0; i < errors.size(); ++i)
            data[1].values[i] += errors[i];
        const auto noisy = fit(usl, *bindings, data);
        REQUIRE(noisy);
        missed += noisy->estimates[2].low > 900 || noisy->estimates[2].high < 900 ? 1 : 0;
    }
    CHECK(missed < 22);
    CHECK(missed > 1);
}

TEST_CASE("a straight line is fitted as linear regression fits it") {
    // Longley-free, by hand: x = 1..4, y = 2, 3, 5, 6: slope 1.4, intercept 0.5, residuals 0.1, -0.3, 0.3, -0.1.
    const Model line = declared({{.name = "x"}, {.name = "slope"}, {.name = "intercept"}, {.name = "y"}},
                                {"y = intercept + slope * x"});
    BindOptions options;
    options.open = {"x", "slope", "intercept"};
    const auto result = fit(line, *bind_inputs(line, {}, options), *read_columns("x y\n1 2\n2 3\n3 5\n4 6", line));
    REQUIRE(result);
    CHECK(result->estimates[0].value == doctest::Approx(1.4).epsilon(1e-9));
    CHECK(result->estimates[1].value == doctest::Approx(0.5).epsilon(1e-8));
    const double s = std::sqrt(0.2 / 2);
    CHECK(result->residual_deviation == doctest::Approx(s).epsilon(1e-9));
    CHECK(result->estimates[0].standard_error == doctest::Approx(s / std::sqrt(5.0)).epsilon(1e-8));
    CHECK(result->estimates[1].standard_error == doctest::Approx(s * std::sqrt(30.0 / 20)).epsilon(1e-8));
    // t with 2 degrees of freedom at 97.5 %: 4.302652729911275.
    CHECK(result->estimates[0].high == doctest::Approx(1.4 + 4.302652729911275 * s / std::sqrt(5.0)).epsilon(1e-8));
    CHECK(result->r_squared == doctest::Approx(0.98).epsilon(1e-9));
}

TEST_CASE("data is refused with its line and column") {
    const Model line = declared({{.name = "x", .unit = "ms", .domain = "positive"}, {.name = "k"}, {.name = "y"}},
                                {"y = k * x / 1 s"});
    const auto reason = [&](const char* text) {
        const auto columns = read_columns(text, line);
        return columns ? std::string() : columns.error().message;
    };
    CHECK(reason("x,z\n1,2").find("line 1: column 'z'") == 0);
    CHECK(reason("x (B),y\n1,2").find("is in B") != std::string::npos);
    CHECK(reason("x,y\n1,2\n3").find("line 3: 1 values under 2 headings") == 0);
    CHECK(reason("x,y\n1,two").find("line 2, column 'y': 'two' is no number") == 0);
    CHECK(reason("x,y\n-1,2").find("line 2, column 'x': -1 must be above 0") == 0);
    CHECK(reason("x,y\n1,1e999").find("is no number") != std::string::npos);
    CHECK(reason("x,x\n1,1").find("stands twice") != std::string::npos);
    CHECK(reason("").find("no rows") != std::string::npos);
    CHECK(read_columns("x (s),y\n0.5,2", line)->at(0).values[0] == 0.5);
    BindOptions options;
    options.open = {"x", "k"};
    const auto bindings = bind_inputs(line, {}, options);
    CHECK(fit(line, *bindings, *read_columns("x,y\n1,2", line)).error().message.find("1 point cannot determine") == 0);
    CHECK(fit(line, *bindings, *read_columns("x,k\n1,2\n1,3", line)).error().message.find("no column holds") == 0);
}
