#include "core/base/unit.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/base/number.hpp"
#include "core/base/text.hpp"

namespace dstudio::base {
namespace {

constexpr Dimension of(Dimension::Base base, int exponent = 1) {
    Dimension dimension;
    dimension.twelfths[base] = static_cast<std::int16_t>(exponent * Dimension::whole);
    return dimension;
}

constexpr Dimension none{};
constexpr Dimension time = of(Dimension::time);
constexpr Dimension rate = of(Dimension::time, -1);
constexpr Dimension length = of(Dimension::length);
constexpr Dimension mass = of(Dimension::mass);
constexpr Dimension temperature = of(Dimension::temperature);
constexpr Dimension data = of(Dimension::data);
constexpr Dimension money = of(Dimension::money);

constexpr Dimension composed(int length_exponent, int mass_exponent, int time_exponent) {
    Dimension dimension;
    dimension.twelfths[Dimension::length] = static_cast<std::int16_t>(length_exponent * Dimension::whole);
    dimension.twelfths[Dimension::mass] = static_cast<std::int16_t>(mass_exponent * Dimension::whole);
    dimension.twelfths[Dimension::time] = static_cast<std::int16_t>(time_exponent * Dimension::whole);
    return dimension;
}

constexpr Dimension energy = composed(2, 1, -2);
constexpr Dimension power_ = composed(2, 1, -3);

Dimension per_time(const Dimension& dimension) {
    return dimension / time;
}

struct Row {
    std::string_view symbol;
    Dimension dimension;
    double numerator;
    double denominator = 1;
};

constexpr double minute = 60;
constexpr double hour = 3600;
constexpr double day = 86400;
constexpr double pi = 3.14159265358979323846;

const std::vector<Row>& rows() {
    static const std::vector<Row> table{
        {"ns", time, 1, 1e9},
        {"us", time, 1, 1e6},
        {"µs", time, 1, 1e6},
        {"μs", time, 1, 1e6},
        {"ms", time, 1, 1e3},
        {"s", time, 1},
        {"sec", time, 1},
        {"second", time, 1},
        {"seconds", time, 1},
        {"min", time, minute},
        {"minute", time, minute},
        {"minutes", time, minute},
        {"h", time, hour},
        {"hr", time, hour},
        {"hour", time, hour},
        {"hours", time, hour},
        {"d", time, day},
        {"day", time, day},
        {"days", time, day},
        {"week", time, 7 * day},
        {"weeks", time, 7 * day},
        {"month", time, 30 * day},
        {"months", time, 30 * day},
        {"year", time, 365 * day},
        {"years", time, 365 * day},
        {"Hz", rate, 1},
        {"kHz", rate, 1e3},
        {"MHz", rate, 1e6},
        {"GHz", rate, 1e9},
        {"rps", rate, 1},
        {"qps", rate, 1},
        {"tps", rate, 1},
        {"rpm", rate, 1, minute},
        {"bit", data, 1, 8},
        {"bits", data, 1, 8},
        {"kbit", data, 125},
        {"Mbit", data, 125e3},
        {"Gbit", data, 125e6},
        {"Tbit", data, 125e9},
        {"B", data, 1},
        {"byte", data, 1},
        {"bytes", data, 1},
        {"kB", data, 1e3},
        {"KB", data, 1e3},
        {"MB", data, 1e6},
        {"GB", data, 1e9},
        {"TB", data, 1e12},
        {"PB", data, 1e15},
        {"EB", data, 1e18},
        {"KiB", data, 1024},
        {"MiB", data, 1048576},
        {"GiB", data, 1073741824},
        {"TiB", data, 1099511627776.0},
        {"PiB", data, 1125899906842624.0},
        {"bps", per_time(data), 1, 8},
        {"kbps", per_time(data), 125},
        {"Mbps", per_time(data), 125e3},
        {"Gbps", per_time(data), 125e6},
        {"Tbps", per_time(data), 125e9},
        {"%", none, 1, 100},
        {"percent", none, 1, 100},
        {"ppm", none, 1, 1e6},
        {"k", none, 1e3},
        {"million", none, 1e6},
        {"billion", none, 1e9},
        {"request", none, 1},
        {"requests", none, 1},
        {"req", none, 1},
        {"reqs", none, 1},
        {"op", none, 1},
        {"ops", none, 1},
        {"event", none, 1},
        {"events", none, 1},
        {"message", none, 1},
        {"messages", none, 1},
        {"msg", none, 1},
        {"call", none, 1},
        {"calls", none, 1},
        {"user", none, 1},
        {"users", none, 1},
        {"customer", none, 1},
        {"customers", none, 1},
        {"server", none, 1},
        {"servers", none, 1},
        {"node", none, 1},
        {"nodes", none, 1},
        {"replica", none, 1},
        {"replicas", none, 1},
        {"thread", none, 1},
        {"threads", none, 1},
        {"connection", none, 1},
        {"connections", none, 1},
        {"core", none, 1},
        {"cores", none, 1},
        {"instance", none, 1},
        {"instances", none, 1},
        {"item", none, 1},
        {"items", none, 1},
        {"key", none, 1},
        {"keys", none, 1},
        {"shard", none, 1},
        {"shards", none, 1},
        {"round", none, 1},
        {"rounds", none, 1},
        {"person", none, 1},
        {"people", none, 1},
        {"team", none, 1},
        {"teams", none, 1},
        {"incident", none, 1},
        {"incidents", none, 1},
        {"erlang", none, 1},
        {"erlangs", none, 1},
        {"symbol", none, 1},
        {"rad", none, 1},
        {"deg", none, pi, 180},
        {"°", none, pi, 180},
        {"m", length, 1},
        {"km", length, 1e3},
        {"mi", length, 1609.344},
        {"nmi", length, 1852},
        {"mm", length, 1, 1e3},
        {"kg", mass, 1},
        {"g", mass, 1, 1e3},
        {"K", temperature, 1},
        {"J", energy, 1},
        {"kJ", energy, 1e3},
        {"Wh", energy, 3600},
        {"kWh", energy, 3.6e6},
        {"MWh", energy, 3.6e9},
        {"W", power_, 1},
        {"kW", power_, 1e3},
        {"MW", power_, 1e6},
        {"$", money, 1},
        {"USD", money, 1},
        {"kUSD", money, 1e3},
        {"MUSD", money, 1e6},
        {"cent", money, 1, 100},
        {"cents", money, 1, 100},
    };
    return table;
}

constexpr std::size_t unit_text_max = 80;
constexpr int exponent_max = 8;

// unit := ["1"] ("/" factor)* | factor (("*" | "/" | " ") factor)*; factor := symbol ["^" integer] | "(" unit ")"
class UnitParser {
  public:
    explicit UnitParser(std::string_view text) : text_(text) {}

    Result<Unit> parse() {
        auto unit = product(0);
        if (!unit)
            return unit;
        skip_spaces();
        if (at_ != text_.size())
            return refuse("'" + std::string(utf8_prefix(text_.substr(at_), 12)) + "' is not expected here");
        unit->text = std::string(trim(text_));
        return unit;
    }

  private:
    Result<Unit> product(int depth) {
        if (depth > 4)
            return refuse("it is nested too deep");
        skip_spaces();
        Unit result;
        bool any = false;
        if (at_ < text_.size() && text_[at_] == '1') {
            ++at_;
            any = true;
        }
        bool divide = false;
        while (true) {
            skip_spaces();
            if (at_ == text_.size() || text_[at_] == ')')
                break;
            if (text_[at_] == '/' || text_[at_] == '*') {
                divide = text_[at_] == '/';
                ++at_;
                skip_spaces();
                if (at_ == text_.size() || text_[at_] == ')')
                    return refuse("a unit is missing at its end");
            }
            auto factor = power_of_symbol(depth);
            if (!factor)
                return factor;
            any = true;
            if (divide) {
                result.dimension = result.dimension / factor->dimension;
                result.numerator *= factor->denominator;
                result.denominator *= factor->numerator;
            } else {
                result.dimension = result.dimension * factor->dimension;
                result.numerator *= factor->numerator;
                result.denominator *= factor->denominator;
            }
            divide = false;
        }
        if (!any)
            return refuse("it is empty; write 1 for a plain number");
        return result;
    }

    Result<Unit> power_of_symbol(int depth) {
        Unit unit;
        if (text_[at_] == '(') {
            ++at_;
            auto inner = product(depth + 1);
            if (!inner)
                return inner;
            if (at_ == text_.size() || text_[at_] != ')')
                return refuse("')' is missing");
            ++at_;
            unit = *inner;
        } else {
            const std::size_t begin = at_;
            while (at_ < text_.size() && std::string_view(" /*^()").find(text_[at_]) == std::string_view::npos)
                ++at_;
            const std::string_view symbol = text_.substr(begin, at_ - begin);
            const auto found = find_unit(symbol);
            if (!found) {
                const auto near = nearest(symbol, unit_symbols());
                return fail(ErrorCode::invalid_argument, fmt::format("there is no unit '{}'", utf8_prefix(symbol, 40)),
                            near ? fmt::format("did you mean '{}'?", *near)
                                 : std::string("units are such as ms, s, h, 1/s, rpm, B, KiB, GiB/s, %, km, USD/h"));
            }
            unit = *found;
        }
        if (at_ < text_.size() && text_[at_] == '^') {
            ++at_;
            bool negative = false;
            if (at_ < text_.size() && text_[at_] == '-') {
                negative = true;
                ++at_;
            }
            if (at_ == text_.size() || text_[at_] < '0' || text_[at_] > '9')
                return refuse("a whole number is missing after '^'");
            int exponent = 0;
            while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9' && exponent <= exponent_max)
                exponent = exponent * 10 + (text_[at_++] - '0');
            if (exponent > exponent_max)
                return refuse(fmt::format("an exponent is at most {}", exponent_max));
            exponent = negative ? -exponent : exponent;
            unit.dimension = *power(unit.dimension, exponent);
            if (negative)
                std::swap(unit.numerator, unit.denominator);
            unit.numerator = std::pow(unit.numerator, std::abs(exponent));
            unit.denominator = std::pow(unit.denominator, std::abs(exponent));
        }
        return unit;
    }

    void skip_spaces() {
        while (at_ < text_.size() && text_[at_] == ' ')
            ++at_;
    }

    tl::unexpected<Error> refuse(const std::string& reason) const {
        return fail(ErrorCode::invalid_argument, "'" + std::string(utf8_prefix(text_, 40)) + "' is no unit: " + reason,
                    "units are such as ms, s, h, 1/s, rpm, B, KiB, GiB/s, %, km, USD/h");
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

std::string exponent_text(int twelfths) {
    if (twelfths % Dimension::whole == 0)
        return std::to_string(twelfths / Dimension::whole);
    return shortest_decimal(twelfths / static_cast<double>(Dimension::whole));
}

}  // namespace

Dimension operator*(const Dimension& a, const Dimension& b) {
    Dimension result;
    for (std::size_t i = 0; i < Dimension::base_count; ++i)
        result.twelfths[i] = static_cast<std::int16_t>(a.twelfths[i] + b.twelfths[i]);
    return result;
}

Dimension operator/(const Dimension& a, const Dimension& b) {
    Dimension result;
    for (std::size_t i = 0; i < Dimension::base_count; ++i)
        result.twelfths[i] = static_cast<std::int16_t>(a.twelfths[i] - b.twelfths[i]);
    return result;
}

std::optional<Dimension> power(const Dimension& dimension, double exponent) {
    Dimension result;
    for (std::size_t i = 0; i < Dimension::base_count; ++i) {
        const double twelfths = dimension.twelfths[i] * exponent;
        if (!(std::fabs(twelfths) <= 100 * Dimension::whole) || twelfths != std::floor(twelfths))
            return std::nullopt;
        result.twelfths[i] = static_cast<std::int16_t>(twelfths);
    }
    return result;
}

std::string dimension_text(const Dimension& dimension) {
    constexpr std::array<std::string_view, Dimension::base_count> symbols{"s", "m", "kg", "K", "B", "USD"};
    std::string over;
    std::string under;
    int under_count = 0;
    // What flows stands before what it flows in: B/s, USD/s.
    for (const std::size_t i : {Dimension::money, Dimension::data, Dimension::mass, Dimension::length,
                                Dimension::temperature, Dimension::time}) {
        const int twelfths = dimension.twelfths[i];
        if (twelfths == 0)
            continue;
        std::string& side = twelfths > 0 ? over : under;
        under_count += twelfths < 0 ? 1 : 0;
        side += side.empty() ? "" : " ";
        side += symbols[i];
        if (std::abs(twelfths) != Dimension::whole)
            side += "^" + exponent_text(std::abs(twelfths));
    }
    if (under.empty())
        return over.empty() ? "1" : over;
    return (over.empty() ? "1" : over) + "/" + (under_count > 1 ? "(" + under + ")" : under);
}

std::string dimension_word(const Dimension& dimension) {
    struct Word {
        Dimension dimension;
        std::string_view text;
    };
    static const std::array words{Word{none, "a plain number"}, Word{time, "time"},
                                  Word{rate, "rate"},           Word{length, "length"},
                                  Word{mass, "mass"},           Word{temperature, "temperature"},
                                  Word{data, "data"},           Word{data / time, "data rate"},
                                  Word{money, "money"},         Word{money / time, "money per time"},
                                  Word{length / time, "speed"}, Word{energy, "energy"},
                                  Word{power_, "power"}};
    for (const Word& word : words)
        if (word.dimension == dimension)
            return word.dimension.is_none() ? std::string(word.text)
                                            : std::string(word.text) + " (" + dimension_text(dimension) + ")";
    return dimension_text(dimension);
}

std::optional<Unit> find_unit(std::string_view symbol) {
    for (const Row& row : rows())
        if (row.symbol == symbol)
            return Unit{row.dimension, row.numerator, row.denominator, std::string(symbol)};
    return std::nullopt;
}

std::vector<std::string_view> unit_symbols() {
    std::vector<std::string_view> symbols;
    for (const Row& row : rows())
        symbols.push_back(row.symbol);
    return symbols;
}

Result<Unit> parse_unit(std::string_view text) {
    if (text.size() > unit_text_max)
        return fail(ErrorCode::invalid_argument,
                    fmt::format("a unit of {} bytes; at most {}", text.size(), unit_text_max));
    return UnitParser(text).parse();
}

Unit natural_unit(double value, const Dimension& dimension) {
    struct Ladder {
        Dimension dimension;
        std::vector<std::string_view> units;  // ascending
    };
    static const std::vector<Ladder> ladders{
        {time, {"ns", "us", "ms", "s", "min", "h", "d", "year"}},
        {data, {"B", "KiB", "MiB", "GiB", "TiB", "PiB"}},
        {data / time, {"B/s", "kB/s", "MB/s", "GB/s", "TB/s"}},
        {length, {"m", "km"}},
        {rate, {"1/year", "1/d", "1/h", "1/s"}},
    };
    Unit base{dimension, 1, 1, dimension_text(dimension)};
    const double magnitude = std::fabs(value);
    if (!std::isfinite(value) || magnitude == 0)
        return base;
    for (const Ladder& ladder : ladders) {
        if (ladder.dimension != dimension)
            continue;
        Unit best = *parse_unit(ladder.units.front());
        for (const std::string_view text : ladder.units) {
            const auto unit = parse_unit(text);
            // A hundred seconds read better than 1.67 min, ninety minutes better than 1.5 h.
            const double from = unit->text == "min" || unit->text == "h" || unit->text == "d" ? 1.5 : 0.9995;
            if (magnitude >= unit->to_base(from))
                best = *unit;
        }
        return best;
    }
    return base;
}

std::string quantity_text(double value, const Dimension& dimension, int digits, const Unit* unit) {
    if (std::isnan(value))
        return "undefined";
    const Unit chosen = unit != nullptr && unit->dimension == dimension ? *unit : natural_unit(value, dimension);
    if (std::isinf(value))
        return value > 0 ? "unbounded" : "unbounded below";
    std::string number = rounded_decimal(chosen.from_base(value), digits);
    if (chosen.text == "1")
        return number;
    if (chosen.text.starts_with("1/"))
        return number + chosen.text.substr(1);
    return number + " " + chosen.text;
}

}  // namespace dstudio::base
