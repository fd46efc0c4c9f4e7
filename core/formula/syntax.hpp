// The language's syntax tree.
//
//   # requests per second against ten servers
//   arrival_rate = 80/s
//   service_rate : 1/s = 10/s
//   load = arrival_rate / service_rate
//   wait_probability = erlang_c(10, load) -> %
//   require load < 10 "more arrives than ten servers can take"
//   total = sum(k in 1..3: 2 ms * k)
//   tail = if load < 5 then 0 s else mm1_response(arrival_rate: 8/s, service_rate: 10/s).response_time
//   correlate disk_a, disk_b, 0.4
//
// A number takes the unit that follows it before anything else binds (`5 ms/s` is 5 ms over one second). `^` binds
// right and tighter than a sign; then `* /`, `+ -`, comparisons (not chained), `not`, `and`, `or`. A line ends a
// statement, unless a bracket is open.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/unit.hpp"
#include "core/formula/diagnostic.hpp"

namespace dstudio::formula {

enum class NodeKind : std::uint8_t {
    number,  // value in base units; `unit` as typed
    name,    // text
    negate,  // a
    not_,    // a
    binary,  // op; a, b
    choose,  // if a then b else c
    call,    // text(children...), positional: a function of the library, of the language, or a distribution
    model,   // text(names: children).member: a formula of the catalogue
    list,    // [children...]
    index,   // a[b], from 1
    reduce,  // text(names[0] in a..b: c), or text(names[0] in a: c) with one fewer child
};

enum class BinaryOp : std::uint8_t {
    add,
    subtract,
    multiply,
    divide,
    power,
    less,
    less_equal,
    greater,
    greater_equal,
    equal,
    not_equal,
    and_,
    or_
};

struct Node;
using NodePtr = std::unique_ptr<Node>;

struct Node {
    NodeKind kind = NodeKind::number;
    Span span;
    BinaryOp op = BinaryOp::add;
    double value = 0;                // number: in base units
    double typed = 0;                // number: as it stands in the source, before the unit
    std::optional<base::Unit> unit;  // number: the unit that followed it
    bool is_nines = false;           // number: "3 nines" is 0.999
    bool is_unit = false;            // name: read as the unit it spells, though a later line may take the name
    std::string text;                // name, called name, reduction
    std::string member;              // model: the output asked for; empty: its first
    std::vector<std::string> names;  // model: of the arguments; reduce: the variable
    std::vector<NodePtr> children;
    int height = 0;  // of the tree below
};

NodePtr clone(const Node& node);
bool same_structure(const Node& a, const Node& b);  // without regard to spans

enum class StatementKind : std::uint8_t { assign, require, correlate, show };

struct Statement {
    StatementKind kind = StatementKind::assign;
    Span span;
    std::string name;  // assign
    Span name_span;
    std::optional<base::Unit> declared;   // assign: "name : unit ="
    NodePtr expression;                   // all; for correlate: the coefficient
    std::optional<base::Unit> shown_in;   // assign, show: "-> unit"
    std::string message;                  // require
    std::vector<std::string> correlated;  // correlate: two names
    std::string comment;                  // what stands behind # on the statement's last line
};

struct Source {
    std::vector<Statement> statements;
};

// Bounds, so that no input takes long: a longer source, a deeper or larger tree is a diagnostic.
inline constexpr std::size_t source_size_bytes_max = 64 * 1024;
inline constexpr int depth_max = 64;
inline constexpr int height_max = 400;
inline constexpr std::size_t node_count_max = 20'000;
inline constexpr std::size_t diagnostic_count_max = 20;

// A whole model. Statements with mistakes are left out of `source` and told in `diagnostics`.
Source parse_source(std::string_view source, Diagnostics& diagnostics);

// One expression; null exactly if there are diagnostics.
NodePtr parse_expression(std::string_view source, Diagnostics& diagnostics);

// In the language, with the fewest parentheses: parsing it gives the same structure.
std::string expression_text(const Node& node);

bool is_identifier(std::string_view text);

}  // namespace dstudio::formula
