// Models: dimensions, names, requirements, formulas that call formulas; and a list of wrong ones, each with its reason.
#include <doctest/doctest.h>

#include "core/formula/evaluate.hpp"
#include "core/formula/formula_set.hpp"

using namespace dstudio::formula;
namespace base = dstudio::base;

namespace {

const FormulaLibrary no_formulas;

double value_of(std::string_view source, std::string_view name) {
    Diagnostics diagnostics;
    const auto model = Model::from_source(source, no_formulas, diagnostics);
    REQUIRE_MESSAGE(model.has_value(), diagnostic_text(source, diagnostics[0]));
    const auto bindings = bind_inputs(*model, {});
    REQUIRE(bindings);
    return evaluate(*model, *bindings)->values[model->position(name)][0];
}

}  // namespace

TEST_CASE("dimension checking and name resolution refuse what is wrong, with the reason") {
    struct Row {
        const char* source;
        const char* reason;
    };
    // The first reads the series' correlated availability as it stands: a product of probabilities declared as a time.
    const Row rows[] = {
        {"rho = 0.5\np_i = 0.01\np_j = 0.01\nA : h = prod([1 - rho]) * p_i * p_j", "'A' is to be time (s)"},
        {"x = 5 ms + 3 MB", "cannot add"},
        {"x = 5 ms - 3", "cannot subtract"},
        {"x = 80/s\ny = x + 1 s", "cannot add"},
        {"x = 2^(5 ms)", "an exponent must be a plain number"},
        {"x = 2 s\nn = 3\ny = x^n", "its exponent must be a literal number"},
        {"x = exp(3 s)", "the argument of exp must be a plain number"},
        {"x = ln(5 GB)", "the argument of ln must be a plain number"},
        {"x = sqrt(2 s) + 1 s", "cannot add"},
        {"x = max(1 ms, 1 B)", "cannot compare"},
        {"x = if 1 s < 2 B then 1 else 2", "cannot compare"},
        {"x = if 1 < 2 then 1 s else 2 B", "cannot choose between"},
        {"x = if 3 then 1 else 2", "'if' needs a comparison"},
        {"x = 1 < 2", "a comparison cannot be given a name"},
        {"x = erlang_c(10, 8/s)", "offered_load of erlang_c must be a plain number"},
        {"x = erlang_c(10)", "erlang_c takes 2 arguments, not 1"},
        {"x = mm1_response_quantile(8, 10/s, 0.95)", "must be rate (1/s)"},
        {"x = [1 s, 2 B]", "this component is data (B)"},
        {"x = sum(5)", "sum takes a list"},
        {"x = prod([1 s, 2 s])", "a factor of prod must be a plain number"},
        {"x = sum(k in 1 s..3 s: 1)", "a bound of a range must be a plain number"},
        {"x = prod(k in 1..3: k * 1 s)", "a factor of a product must be a plain number"},
        {"x = [1, 2] < 3", "lists cannot be compared"},
        {"x : ms = 5 MB", "'x' is to be time (s)"},
        {"x = 5 MB -> ms", "'x' is to be time (s)"},
        {"x = 1\nx = 2", "has a value already"},
        {"x = z + 1", "no variable or unit 'z'"},
        {"service_time = 1 ms\nx = service_tme * 2", "no variable or unit 'service_tme'"},
        {"x = foo(1)", "no function 'foo'"},
        {"x = erlang_c + 1", "'erlang_c' is a function"},
        {"sqrt = 1", "is a function of the language"},
        {"x = normal(5 ms, 2 MB)", "this argument of normal is data (B)"},
        {"x = normal(5 ms)", "normal takes 2 arguments"},
        {"y = 2\nx = normal(1, 2) + y", "'normal' makes an uncertain input"},
        {"require 5", "'require' needs a comparison"},
        {"a = normal(1, 1)\nb = 2 * a\ncorrelate a, b, 0.5", "'b' is no uncertain input"},
        {"a = normal(1, 1)\nb = normal(1, 1)\ncorrelate a, b, 1.5", "between -1 and 1"},
        {"x = 10 $ + 10 kWh", "cannot add"},
        {"x = mm1(arrival_rate: 1/s)", "no formula 'mm1'"},
        {"", "the model is empty"},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string(row.source));
        Diagnostics diagnostics;
        const auto model = Model::from_source(row.source, no_formulas, diagnostics);
        CHECK_FALSE(model.has_value());
        REQUIRE_FALSE(diagnostics.empty());
        CHECK_MESSAGE(diagnostics[0].message.find(row.reason) != std::string::npos, diagnostics[0].message);
    }
    static_assert(std::size(rows) >= 20);
}

TEST_CASE("expressions have the value that arithmetic gives them") {
    CHECK(value_of("x = 2^3^2", "x") == 512);
    CHECK(value_of("x = -2^2", "x") == -4);
    CHECK(value_of("x = 10 GiB / (1 GiB/s)", "x") == 10);
    CHECK(value_of("x = sqrt(16 s^2)", "x") == 4);
    CHECK(value_of("a = 3\nx = if a > 2 and not a > 4 then 10 else 20", "x") == 10);
    CHECK(value_of("x = sum(k in 1..100: k)", "x") == 5050);
    CHECK(value_of("x = prod(k in 1..5: k)", "x") == 120);
    CHECK(value_of("x = sum(k in 1..3: sum(j in 1..k: j))", "x") == 1 + 3 + 6);
    CHECK(value_of("n = 0\nx = sum(k in 1..n: k)", "x") == 0);
    CHECK(value_of("x = max(k in 1..7: k * (8 - k))", "x") == 16);
    CHECK(value_of("a = [1, 2, 3]\nx = sum(v in a: v^2)", "x") == 14);
    CHECK(value_of("a = [1, 2, 3]\nx = sum((a + 1) * a)", "x") == 2 + 6 + 12);
    CHECK(value_of("a = [10 ms, 20 ms]\nx = a[2]", "x") == 0.02);
    CHECK(value_of("a = [4, 8]\nx = mean(a) + length(a) + min(a) + max(a)", "x") == 6 + 2 + 4 + 8);
    CHECK(value_of("x = clamp(7, 1, 5)", "x") == 5);
    CHECK(value_of("x = max(0, 3 s - 5 s)", "x") == 0);
    CHECK(value_of("s = 4\nx = 8 / s", "x") == 2);  // a variable hides the unit
    // Before its own line a name is the unit it spells, whether it becomes an input or a result.
    CHECK(value_of("x = sqrt(4) * 10 USD/h\nh = 5", "x") == doctest::Approx(20.0 / 3600).epsilon(1e-15));
    CHECK(value_of("x = sqrt(4) * 10 USD/h\nh = 1 + sqrt(4)", "x") == doctest::Approx(20.0 / 3600).epsilon(1e-15));
    CHECK(value_of("x = sum(s in 1..3: s)\ns = 7", "x") == 6);
    CHECK(value_of("x = 1 - 99.9%", "x") == doctest::Approx(0.001).epsilon(1e-12));
}

TEST_CASE("literals are inputs that a caller may replace, what has names is computed") {
    Diagnostics diagnostics;
    const auto model = Model::from_source("rate = 80/s\nservers = 2  # workers\nload = rate * 10 ms / servers",
                                          no_formulas, diagnostics);
    REQUIRE(model);
    REQUIRE(model->inputs().size() == 2);
    CHECK(model->inputs()[0]->default_text == "80/s");
    CHECK(model->inputs()[1]->meaning == "workers");
    const auto angle = Model::from_source("x = -6.3 deg\ny = 2 * x", no_formulas, diagnostics);
    CHECK(angle->inputs()[0]->unit.text == "deg");
    const std::vector<Assignment> given{{"servers", "4"}};
    const auto bindings = bind_inputs(*model, given);
    REQUIRE(bindings);
    CHECK(evaluate(*model, *bindings)->values[model->position("load")][0] == doctest::Approx(0.2).epsilon(1e-15));
}

TEST_CASE("inputs are refused by name, value and domain") {
    Declaration declaration;
    declaration.variables = {{.name = "servers", .domain = "positive-count"},
                             {.name = "load", .domain = "probability", .default_text = "0.5"},
                             {.name = "delay", .unit = "ms", .domain = "non-negative"},
                             {.name = "a", .domain = "probability", .is_list = true},
                             {.name = "out"}};
    declaration.equations = {"out = servers * load * (delay / 1 s) * prod(a)"};
    Diagnostics diagnostics;
    const auto model = Model::from_declaration(declaration, no_formulas, diagnostics);
    REQUIRE_MESSAGE(model.has_value(), diagnostics[0].message);
    const std::vector<Assignment> good{{"servers", "3"}, {"delay", "5 ms"}, {"a1", "0.9"}, {"a2", "90%"}};
    const auto bindings = bind_inputs(*model, good);
    REQUIRE_MESSAGE(bindings.has_value(), bindings.error().message);
    CHECK(evaluate(*model, *bindings)->values[model->position("out")][0] ==
          doctest::Approx(3 * 0.5 * 0.005 * 0.81).epsilon(1e-14));
    struct Row {
        Assignment wrong;
        const char* reason;
    };
    for (const Row& row :
         {Row{{"servers", "0"}, "servers is 0; it must be a whole number of at least 1"},
          Row{{"servers", "2.5"}, "servers is 2.5; it must be a whole number"},
          Row{{"servers", "normal(1, 1)"}, "which reaches"},
          Row{{"load", "-0.1"}, "load is -0.1; it must be between 0 and 1"},
          Row{{"load", "120%"}, "load is 1.2; it must be between 0 and 1"}, Row{{"load", "0/0"}, "not a number"},
          Row{{"load", "1e400"}, "too large"}, Row{{"load", "nan"}, "no variable or unit 'nan'"},
          Row{{"load", ""}, "a value is expected"},
          Row{{"delay", "10 ms/s"}, "delay is time (s), '10 ms/s' is a plain number"},
          Row{{"delay", "5"}, "'5' is a plain number"}, Row{{"delay", "[1 ms, 2 ms]"}, "is one number"},
          Row{{"dealy", "5 ms"}, "there is no input 'dealy'"}, Row{{"out", "1"}, "is computed"},
          Row{{"a", "[0.5, 2]"}, "a is 2"}}) {
        CAPTURE(row.wrong.value);
        std::vector<Assignment> given{row.wrong};
        for (const Assignment& assignment : good)
            if (assignment.name != row.wrong.name && !(row.wrong.name == "a" && assignment.name[0] == 'a'))
                given.push_back(assignment);
        const auto refused = bind_inputs(*model, given);
        REQUIRE_FALSE(refused.has_value());
        CHECK_MESSAGE(refused.error().message.find(row.reason) != std::string::npos, refused.error().message);
    }
    const std::vector<Assignment> gap{{"servers", "3"}, {"delay", "5 ms"}, {"a1", "0.9"}, {"a3", "0.9"}};
    CHECK(bind_inputs(*model, gap).error().message == "a3 is given, but only 2 components");
    CHECK(bind_inputs(*model, {}).error().message == "no value for servers, delay in ms, a");
}

TEST_CASE("declarations are held to their equations") {
    const auto first_mistake = [](std::vector<Declaration::DeclaredVariable> variables,
                                  std::vector<std::string> equations) {
        Declaration declaration;
        declaration.variables = std::move(variables);
        declaration.equations = std::move(equations);
        Diagnostics diagnostics;
        CHECK_FALSE(Model::from_declaration(declaration, no_formulas, diagnostics).has_value());
        return diagnostics.empty() ? std::string() : diagnostics[0].message;
    };
    CHECK(first_mistake({{.name = "x", .unit = "ms"}, {.name = "y", .unit = "B"}}, {"y = 2 * x"}) ==
          "'y' is declared as data (B), its equation gives time (s)");
    CHECK(first_mistake({{.name = "x"}}, {"y = 2 * x"}) == "'y' is not declared");
    CHECK(first_mistake({{.name = "x"}, {.name = "y", .is_list = true}}, {"y = 2 * x"}) ==
          "'y' is declared as a list, its equation gives one number");
    CHECK(first_mistake({{.name = "x", .unit = "parsec"}}, {"x = 1"}).find("no unit 'parsec'") != std::string::npos);
    CHECK(first_mistake({{.name = "x", .domain = "natural"}}, {"x = 1"}).find("no domain 'natural'") !=
          std::string::npos);
    CHECK(first_mistake({{.name = "x"}}, {"x = x + 1"}).find("no variable or unit 'x'") != std::string::npos);
    CHECK(first_mistake({{.name = "x"}, {.name = "x"}}, {"x = 1"}).find("declared twice") != std::string::npos);
}

TEST_CASE("formulas call formulas by name, and a circle of calls is told") {
    FormulaSet set;
    const auto fields = [](const char* text) { return nlohmann::ordered_json::parse(text); };
    set.add("double-it", fields(R"json({"variables":[{"name":"x","unit":"ms","meaning":"","symbol":"x"},
        {"name":"factor","unit":"1","default":"2"},{"name":"y","unit":"ms"},{"name":"half","unit":"ms"}],
        "equations":["half = x / 2","y = factor * x"],"result":"y",
        "requires":[{"condition":"x < 1 s","otherwise":"x is too long"}]})json"));
    set.add("quadruple", fields(R"json({"variables":[{"name":"x","unit":"s"},{"name":"z","unit":"s"}],
        "equations":["z = double_it(x: double_it(x: x))"]
})json"));
    set.add("a", fields(R"json({"variables":[{"name":"x","unit":"1"}],"equations":["x = b(q: 1)"]
})json"));
    set.add("b",
            fields(R"json({"variables":[{"name":"q","unit":"1"},{"name":"r","unit":"1"}],"equations":["r = a(k: q)"]
})json"));
    set.add("cap", fields(R"json({"variables":[]})json"));

    const auto model = set.find("quadruple");
    REQUIRE_MESSAGE(model.has_value(), model.error().message);
    CHECK((*model)->inputs().size() == 1);
    CHECK((*model)->outputs().size() == 1);
    const std::vector<Assignment> given{{"x", "300 ms"}};
    const auto evaluation = evaluate(**model, *bind_inputs(**model, given));
    REQUIRE(evaluation);
    CHECK(evaluation->values[(*model)->position("z")][0] == doctest::Approx(1.2).epsilon(1e-15));
    CHECK(evaluation->warnings.empty());
    const std::vector<Assignment> long_one{{"x", "600 ms"}};
    CHECK(evaluate(**model, *bind_inputs(**model, long_one))->warnings[0].message == "double_it: x is too long");

    Diagnostics diagnostics;
    const auto notebook =
        Model::from_source("u = double_it(x: 3 ms, factor: 5)\nv = double_it(x: u).half", set.library(), diagnostics);
    REQUIRE(notebook);
    CHECK(evaluate(*notebook, *bind_inputs(*notebook, {}))->values[notebook->position("v")][0] ==
          doctest::Approx(0.0075).epsilon(1e-15));
    for (const auto& [source, reason] :
         {std::pair{"u = double_it(y: 3)", "has no input 'y'"},
          std::pair{"u = double_it(x: 3 B)", "x of double_it is time"},
          std::pair{"u = double_it(factor: 3)", "needs 'x'"},
          std::pair{"u = double_it(x: 1 s).nope", "has no result 'nope'"},
          std::pair{"u = sum(k in 1..3: double_it(x: k * 1 s))", "no variable or unit 'k'"}}) {
        diagnostics.clear();
        CHECK_FALSE(Model::from_source(source, set.library(), diagnostics).has_value());
        CHECK_MESSAGE(diagnostics[0].message.find(reason) != std::string::npos, diagnostics[0].message);
    }
    CHECK_FALSE(set.find("a").has_value());
    CHECK(set.find("cap").error().code == base::ErrorCode::invalid_argument);
    CHECK(set.find("quadrupel").error().hint == "did you mean 'quadruple'?");
    CHECK(set.computable().size() == 4);
}

TEST_CASE("what a result says is told with it: conditions, domains of functions, values without bound") {
    Diagnostics diagnostics;
    const auto model = Model::from_source(
        "servers = 2.5\nload = 3\nrequire load < servers \"overload\"\nw = erlang_c(servers, load)\nv = 1 / (load - 3)",
        no_formulas, diagnostics);
    REQUIRE(model);
    const auto evaluation = evaluate(*model, *bind_inputs(*model, {}));
    REQUIRE(evaluation);
    std::vector<std::string> codes;
    for (const Warning& warning : evaluation->warnings)
        codes.push_back(warning.code);
    CHECK(codes == std::vector<std::string>{"requirement", "function-domain", "undefined", "unbounded"});
    CHECK(evaluation->warnings[1].message.starts_with("servers of erlang_c is 2.5, it must be a whole number"));
}

TEST_CASE("a quotient of a literal and a unit is shown in it") {
    Diagnostics diagnostics;
    const auto model =
        Model::from_source("bandwidth = 2 MB/s\nfailures = 8/year\nrate = 5/s\nplain = 6 / 3", {}, diagnostics);
    REQUIRE(model.has_value());
    CHECK(model->find("bandwidth")->unit.text == "MB/s");
    CHECK(model->find("failures")->unit.text == "/year");
    CHECK(model->find("rate")->unit.text == "/s");
    CHECK(model->find("plain")->unit.text == "1");
}
