// The language's text: what it means, that printing and parsing are inverse, and that bad text is refused in place.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/base/random.hpp"
#include "core/formula/syntax.hpp"

using namespace dstudio::formula;

namespace {

std::string reprinted(std::string_view source) {
    Diagnostics diagnostics;
    const NodePtr node = parse_expression(source, diagnostics);
    return node == nullptr ? "error: " + diagnostics[0].message : expression_text(*node);
}

// A random tree, as source with brackets around everything.
class Grower {
  public:
    explicit Grower(std::uint64_t seed) : stream_(seed, "trees") {}

    std::string expression(int depth) {
        if (depth == 0)
            return leaf();
        switch (stream_.below(11)) {
            case 0:
                return "(-" + expression(depth - 1) + ")";
            case 1:
                return "(" + expression(depth - 1) + " + " + expression(depth - 1) + ")";
            case 2:
                return "(" + expression(depth - 1) + " - " + expression(depth - 1) + ")";
            case 3:
                return "(" + expression(depth - 1) + " * " + expression(depth - 1) + ")";
            case 4:
                return "(" + expression(depth - 1) + " / " + expression(depth - 1) + ")";
            case 5:
                return "((" + expression(depth - 1) + ")^" + expression(depth - 1) + ")";
            case 6:
                return "(if " + condition(depth - 1) + " then " + expression(depth - 1) + " else " +
                       expression(depth - 1) + ")";
            case 7:
                return "max(" + expression(depth - 1) + ", " + expression(depth - 1) + ")";
            case 8:
                return "sum(k in " + leaf() + ".." + leaf() + ": " + expression(depth - 1) + ")";
            case 9:
                return "[" + expression(depth - 1) + ", " + leaf() + "][" + leaf() + "]";
            default:
                return leaf();
        }
    }

  private:
    std::string condition(int depth) {
        const char* ops[] = {" < ", " <= ", " > ", " >= ", " == ", " != "};
        std::string text = "(" + expression(depth) + ops[stream_.below(6)] + expression(depth) + ")";
        if (depth > 0 && stream_.below(3) == 0)
            text = "(" + text + (stream_.below(2) == 0 ? " and " : " or ") + condition(depth - 1) + ")";
        return stream_.below(4) == 0 ? "(not " + text + ")" : text;
    }

    std::string leaf() {
        const char* leaves[] = {"x",     "load",    "2",      "0.1",  "1e-9", "250 ms",
                                "99.9%", "3 nines", "20 m^2", "1e22", "5 GiB"};
        return leaves[stream_.below(std::size(leaves))];
    }

    dstudio::base::RandomStream stream_;
};

}  // namespace

TEST_CASE("operators bind as engineers expect") {
    CHECK(reprinted("1+2*3") == "1 + 2 * 3");
    CHECK(reprinted("(1+2)*3") == "(1 + 2) * 3");
    CHECK(reprinted("a-(b-c)") == "a - (b - c)");
    CHECK(reprinted("(a-b)-c") == "a - b - c");
    CHECK(reprinted("a/(b/c)") == "a / (b / c)");
    CHECK(reprinted("-x^2") == "-x^2");
    CHECK(reprinted("(-x)^2") == "(-x)^2");
    CHECK(reprinted("2^3^2") == "2^3^2");
    CHECK(reprinted("(2^3)^2") == "(2^3)^2");
    CHECK(reprinted("2^-1") == "2^-1");
    CHECK(reprinted("not a < b and c < d or e < f") == "not a < b and c < d or e < f");
    CHECK(reprinted("a < b and (c < d or e < f)") == "a < b and (c < d or e < f)");
    CHECK(reprinted("(if a < b then 1 else 2) + 1") == "(if a < b then 1 else 2) + 1");
    CHECK(reprinted("sum(k in 1..n: 1/k) / n") == "sum(k in 1..n: 1 / k) / n");
    CHECK(reprinted("f(x: 1, y: 2).z[1]") == "f(x: 1, y: 2).z[1]");
}

TEST_CASE("a unit belongs to its number before anything else binds") {
    CHECK(reprinted("10 ms/s") == "10 ms / s");
    CHECK(reprinted("8/s") == "8 / s");
    CHECK(reprinted("2 m^2 * 3") == "2 m^2 * 3");
    CHECK(reprinted("99.9%") == "99.9%");
    CHECK(reprinted("$5/h") == "5 $ / h");
    Diagnostics diagnostics;
    CHECK(parse_expression("20 m^2", diagnostics)->value == 20);
    CHECK(parse_expression("3 nines", diagnostics)->value == doctest::Approx(0.999).epsilon(1e-15));
}

TEST_CASE("printing and parsing are inverse for random expressions") {
    for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
        const std::string source = Grower(seed).expression(4);
        CAPTURE(source);
        Diagnostics diagnostics;
        const NodePtr first = parse_expression(source, diagnostics);
        REQUIRE(first != nullptr);
        const std::string printed = expression_text(*first);
        CAPTURE(printed);
        const NodePtr second = parse_expression(printed, diagnostics);
        REQUIRE(second != nullptr);
        CHECK(same_structure(*first, *second));
        CHECK(expression_text(*second) == printed);
        CHECK(same_structure(*clone(*first), *first));
    }
}

TEST_CASE("text cut short or damaged anywhere is refused without harm") {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        std::string source = Grower(seed).expression(3);
        dstudio::base::RandomStream stream(seed, "damage");
        for (int i = 0; i < 20; ++i) {
            std::string damaged = source.substr(0, static_cast<std::size_t>(stream.below(source.size() + 1)));
            if (!damaged.empty() && stream.below(2) == 0)
                damaged[static_cast<std::size_t>(stream.below(damaged.size()))] =
                    "()[]+*^.,:%$=<\"#\n;x1"[stream.below(19)];
            Diagnostics diagnostics;
            const NodePtr node = parse_expression(damaged, diagnostics);
            CHECK((node == nullptr) == !diagnostics.empty());
            for (const Diagnostic& diagnostic : diagnostics) {
                CHECK(diagnostic.span.begin <= diagnostic.span.end);
                CHECK(diagnostic.span.end <= damaged.size());
                CHECK_FALSE(diagnostic.message.empty());
            }
        }
    }
}

TEST_CASE("mistakes are told at their place") {
    struct Row {
        const char* source;
        std::uint32_t begin;
        const char* part;
    };
    for (const Row& row :
         {Row{"1 +", 3, "a value is expected"}, Row{"2 x", 2, "no unit 'x'"}, Row{"(1", 2, "')' is expected"},
          Row{"a < b < c", 6, "do not chain"}, Row{"[ ]", 0, "empty"}, Row{"1e400", 0, "too large"},
          Row{"1e-400", 0, "too small"}, Row{"x = 1", 2, "the end is expected"},
          Row{"f(x: 1, 2)", 8, "a name with ':'"}, Row{"f(x: 1, x: 2)", 8, "given twice"},
          Row{"a ? b", 2, "no meaning"}, Row{"\"a", 0, "no closing quotation mark"}, Row{"+1", 0, "plus sign"}}) {
        CAPTURE(std::string(row.source));
        Diagnostics diagnostics;
        CHECK(parse_expression(row.source, diagnostics) == nullptr);
        REQUIRE_FALSE(diagnostics.empty());
        CHECK(diagnostics[0].span.begin == row.begin);
        CHECK_MESSAGE(diagnostics[0].message.find(row.part) != std::string::npos, diagnostics[0].message);
    }
}

TEST_CASE("size and depth have bounds, and a megabyte is refused at once") {
    Diagnostics diagnostics;
    CHECK(parse_expression(std::string(1'000'000, '('), diagnostics) == nullptr);
    CHECK(diagnostics[0].message.find("at most 65536") != std::string::npos);
    for (const std::string& deep : {std::string(30'000, '('), std::string(30'000, '-') + "1",
                                    "2" +
                                        [] {
                                            std::string chain;
                                            for (int i = 0; i < 20'000; ++i)
                                                chain += "^2";
                                            return chain;
                                        }(),
                                    [] {
                                        std::string chain = "1";
                                        for (int i = 0; i < 20'000; ++i)
                                            chain += "+1";
                                        return chain;
                                    }(),
                                    [] {
                                        std::string ifs;
                                        for (int i = 0; i < 3'000; ++i)
                                            ifs += "if 1 < 2 then ";
                                        return ifs;
                                    }()}) {
        diagnostics.clear();
        CHECK(parse_expression(deep, diagnostics) == nullptr);
        REQUIRE_FALSE(diagnostics.empty());
    }
    diagnostics.clear();
    CHECK(parse_expression("a\xff", diagnostics) == nullptr);
    CHECK(diagnostics[0].message.find("UTF-8") != std::string::npos);
}

TEST_CASE("a source is statements by the line, a bracket carries on, a comment belongs to its line") {
    Diagnostics diagnostics;
    const Source source = parse_source(
        "# heading\nx = 1 ms  # the step\n\ny : s = sum([x,\n  2 ms])\nrequire y < 1 s \"too long\"; correlate a, b, "
        "0.5\nx -> us\n",
        diagnostics);
    CHECK(diagnostics.empty());
    REQUIRE(source.statements.size() == 5);
    CHECK(source.statements[0].name == "x");
    CHECK(source.statements[0].comment == "the step");
    CHECK(source.statements[1].declared->text == "s");
    CHECK(source.statements[2].kind == StatementKind::require);
    CHECK(source.statements[2].message == "too long");
    CHECK(source.statements[3].correlated == std::vector<std::string>{"a", "b"});
    CHECK(source.statements[4].kind == StatementKind::show);
    CHECK(source.statements[4].shown_in->text == "us");
}

TEST_CASE("one mistake does not hide the next line's") {
    Diagnostics diagnostics;
    const Source source = parse_source("a = 1 +\nb = 2\nc = )\nd = 3 zz\n", diagnostics);
    CHECK(source.statements.size() == 1);
    CHECK(diagnostics.size() == 3);
    CHECK(diagnostic_text("a = 1 +\nb = 2\nc = )\n", diagnostics[1]).starts_with("3:5: a value is expected"));
}
