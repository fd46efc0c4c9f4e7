// Monte Carlo through the formula core: a million samples of models with three uncertain inputs, on one core.
//
//   formula_bench [--tiny] [--json]
//
// Prints the median of several runs. bench/formula.mjs runs it beside the WebAssembly build and Squiggle.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "core/formula/sample.hpp"

namespace {

using namespace dstudio::formula;

struct Case {
    const char* name;
    const char* source;
};

// One output each, as the bar is for one formula.
constexpr Case cases[] = {
    {"normals", "a = normal(100, 10)\nb = normal(20, 3)\nc = normal(5, 0.5)\ny = a * b / c"},
    {"mixed", "a = lognormal(100, 0.3)\nb = normal(20, 3)\nc = uniform(4, 6)\ny = a * b / c"},
    {"mm1",
     "arrival = normal(80/s, 4/s)\nservice = uniform(9 ms, 11 ms)\nnetwork = exponential(5 ms)\n"
     "y = network + service / (1 - arrival * service)"},
};

double milliseconds(const Model& model, const Bindings& bindings, std::size_t count) {
    SampleOptions options;
    options.count = count;
    const auto begin = std::chrono::steady_clock::now();
    const auto report = sample(model, bindings, options);
    const auto end = std::chrono::steady_clock::now();
    if (!report || report->outputs.size() != 1)
        std::abort();
    return std::chrono::duration<double, std::milli>(end - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
    bool tiny = false;
    bool json = false;
    for (int i = 1; i < argc; ++i) {
        tiny = tiny || std::strcmp(argv[i], "--tiny") == 0;
        json = json || std::strcmp(argv[i], "--json") == 0;
    }
    const std::size_t count = tiny ? 1'000 : 1'000'000;
    const int runs = tiny ? 1 : 11;
    std::string document;
    for (const Case& c : cases) {
        Diagnostics diagnostics;
        const auto model = Model::from_source(c.source, {}, diagnostics);
        const auto bindings = bind_inputs(*model, {});
        std::vector<double> times;
        for (int run = 0; run < runs; ++run)
            times.push_back(milliseconds(*model, *bindings, count));
        std::sort(times.begin(), times.end());
        const double median = times[times.size() / 2];
        if (json)
            document += std::string(document.empty() ? "{" : ",") + "\"" + c.name + "\":" + std::to_string(median);
        else
            std::printf("%-10s %8zu samples of 3 inputs: %7.1f ms\n", c.name, count, median);
    }
    if (json)
        std::printf("%s}\n", document.c_str());
    return 0;
}
