#include <fmt/format.h>

#include "core/base/number.hpp"
#include "core/formula/syntax.hpp"

namespace dstudio::formula {
namespace {

// Binding strength; a part is put in brackets where it binds weaker than its place asks.
enum Strength : int {
    loosest,
    disjunction,
    conjunction,
    negation,
    comparison,
    sum,
    product,
    sign,
    power,
    postfix,
    atom
};

struct Operator {
    std::string_view text;
    Strength strength;
    Strength left;
    Strength right;
};

Operator operator_of(BinaryOp op) {
    switch (op) {
        case BinaryOp::add:
            return {" + ", sum, sum, product};
        case BinaryOp::subtract:
            return {" - ", sum, sum, product};
        case BinaryOp::multiply:
            return {" * ", product, product, sign};
        case BinaryOp::divide:
            return {" / ", product, product, sign};
        case BinaryOp::power:
            return {"^", power, postfix, sign};
        case BinaryOp::less:
            return {" < ", comparison, sum, sum};
        case BinaryOp::less_equal:
            return {" <= ", comparison, sum, sum};
        case BinaryOp::greater:
            return {" > ", comparison, sum, sum};
        case BinaryOp::greater_equal:
            return {" >= ", comparison, sum, sum};
        case BinaryOp::equal:
            return {" == ", comparison, sum, sum};
        case BinaryOp::not_equal:
            return {" != ", comparison, sum, sum};
        case BinaryOp::and_:
            return {" and ", conjunction, conjunction, negation};
        case BinaryOp::or_:
            return {" or ", disjunction, disjunction, conjunction};
    }
    return {"?", atom, atom, atom};
}

class Printer {
  public:
    std::string text(const Node& node, Strength place) {
        std::string out = text_of(node);
        return strength_of(node) < place ? "(" + out + ")" : out;
    }

  private:
    static Strength strength_of(const Node& node) {
        switch (node.kind) {
            case NodeKind::choose:
                return loosest;
            case NodeKind::not_:
                return negation;
            case NodeKind::negate:
                return sign;
            case NodeKind::binary:
                return operator_of(node.op).strength;
            case NodeKind::index:
                return postfix;
            // "5 m^2" is five square metres: the square of five metres needs brackets.
            case NodeKind::number:
                return node.unit || node.is_nines ? sign : atom;
            default:
                return atom;
        }
    }

    std::string text_of(const Node& node) {
        switch (node.kind) {
            case NodeKind::number: {
                std::string number = base::shortest_decimal(node.typed);
                if (node.is_nines)
                    return number + " nines";
                if (!node.unit)
                    return number;
                return number + (node.unit->text == "%" ? "" : " ") + node.unit->text;
            }
            case NodeKind::name:
                return node.text;
            case NodeKind::negate:
                return "-" + text(*node.children[0], sign);
            case NodeKind::not_:
                return "not " + text(*node.children[0], negation);
            case NodeKind::binary: {
                const Operator op = operator_of(node.op);
                return text(*node.children[0], op.left) + std::string(op.text) + text(*node.children[1], op.right);
            }
            case NodeKind::choose:
                return "if " + text(*node.children[0], loosest) + " then " + text(*node.children[1], loosest) +
                       " else " + text(*node.children[2], loosest);
            case NodeKind::call:
                return node.text + "(" + items(node) + ")";
            case NodeKind::model:
                return node.text + "(" + items(node) + ")" + (node.member.empty() ? "" : "." + node.member);
            case NodeKind::list:
                return "[" + items(node) + "]";
            case NodeKind::index:
                return text(*node.children[0], postfix) + "[" + text(*node.children[1], loosest) + "]";
            case NodeKind::reduce: {
                const bool range = node.children.size() == 3;
                return node.text + "(" + node.names[0] + " in " + text(*node.children[0], sum) +
                       (range ? ".." + text(*node.children[1], sum) : std::string()) + ": " +
                       text(*node.children.back(), loosest) + ")";
            }
        }
        return {};
    }

    std::string items(const Node& node) {
        std::string out;
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            if (i > 0)
                out += ", ";
            if (!node.names.empty())
                out += node.names[i] + ": ";
            out += text(*node.children[i], loosest);
        }
        return out;
    }
};

}  // namespace

std::string expression_text(const Node& node) {
    return Printer().text(node, loosest);
}

}  // namespace dstudio::formula
