#include "core/formula/latex.hpp"

#include <fmt/format.h>

#include "core/base/number.hpp"
#include "core/formula/builtin.hpp"

namespace dstudio::formula {
namespace {

enum Strength : int { loosest, disjunction, conjunction, negation, comparison, sum, product, sign, power, atom };

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (std::string_view("_$%&#{}").find(c) != std::string_view::npos)
            result += '\\';
        result += c;
    }
    return result;
}

class Typesetter {
  public:
    explicit Typesetter(const NameLatex& name_latex) : name_latex_(name_latex) {}

    std::string text(const Node& node, Strength place) {
        const auto [out, strength] = typeset(node);
        return strength < place ? "\\left(" + out + "\\right)" : out;
    }

  private:
    struct Piece {
        std::string text;
        Strength strength;
    };

    Piece typeset(const Node& node) {
        switch (node.kind) {
            case NodeKind::number:
                return number(node);
            case NodeKind::name:
                return {name(node.text), atom};
            case NodeKind::negate:
                return {"-" + text(*node.children[0], sign), sign};
            case NodeKind::not_:
                return {"\\lnot " + text(*node.children[0], negation), negation};
            case NodeKind::binary:
                return binary(node);
            case NodeKind::choose:
                return {
                    fmt::format("\\begin{{cases}} {} & \\text{{if }} {} \\\\ {} & \\text{{otherwise}} \\end{{cases}}",
                                text(*node.children[1], loosest), text(*node.children[0], loosest),
                                text(*node.children[2], loosest)),
                    loosest};
            case NodeKind::call:
                return call(node);
            case NodeKind::model:
                return {"\\operatorname{" + escaped(node.text) + "}(\\ldots)", atom};
            case NodeKind::list:
                return {"\\left(" + items(node) + "\\right)", atom};
            case NodeKind::index:
                return {"{" + text(*node.children[0], atom) + "}_{" + text(*node.children[1], loosest) + "}", atom};
            case NodeKind::reduce:
                return reduce(node);
        }
        return {"", atom};
    }

    static Piece number(const Node& node) {
        std::string digits = base::shortest_decimal(node.typed);
        Strength strength = atom;
        if (const std::size_t e = digits.find('e'); e != std::string::npos) {
            std::string exponent = digits.substr(e + 1);
            const bool negative = exponent.starts_with('-');
            exponent.erase(0, exponent.find_first_not_of("+-0"));
            digits = digits.substr(0, e) + " \\cdot 10^{" + (negative ? "-" : "") + exponent + "}";
            strength = product;
        }
        if (node.is_nines)
            return {"1 - 10^{-" + digits + "}", sum};
        if (!node.unit)
            return {digits, strength};
        if (node.unit->text == "%")
            return {digits + "\\,\\%", strength};
        return {digits + "\\,\\mathrm{" + escaped(node.unit->text) + "}", product};
    }

    std::string name(std::string_view name) const {
        if (std::string given = name_latex_(name); !given.empty())
            return given;
        if (name == "pi")
            return "\\pi";
        if (name == "infinity")
            return "\\infty";
        if (name.size() == 1)
            return std::string(name);
        if (const std::size_t hash = name.find('#'); hash != std::string_view::npos)
            name = name.substr(name.find('.', hash) + 1);
        return "\\mathit{" + escaped(name) + "}";
    }

    Piece binary(const Node& node) {
        const Node& a = *node.children[0];
        const Node& b = *node.children[1];
        const auto infix = [&](std::string_view op, Strength left, Strength right, Strength whole) {
            return Piece{text(a, left) + std::string(op) + text(b, right), whole};
        };
        switch (node.op) {
            case BinaryOp::add:
                return infix(" + ", sum, product, sum);
            case BinaryOp::subtract:
                return infix(" - ", sum, product, sum);
            case BinaryOp::multiply:
                return infix(" \\cdot ", product, sign, product);
            case BinaryOp::divide:
                return {"\\frac{" + text(a, loosest) + "}{" + text(b, loosest) + "}", product};
            case BinaryOp::power:
                if (b.kind == NodeKind::number && b.value == 0.5 && !b.unit)
                    return {"\\sqrt{" + text(a, loosest) + "}", atom};
                return {"{" + text(a, atom) + "}^{" + text(b, loosest) + "}", power};
            case BinaryOp::less:
                return infix(" < ", sum, sum, comparison);
            case BinaryOp::less_equal:
                return infix(" \\le ", sum, sum, comparison);
            case BinaryOp::greater:
                return infix(" > ", sum, sum, comparison);
            case BinaryOp::greater_equal:
                return infix(" \\ge ", sum, sum, comparison);
            case BinaryOp::equal:
                return infix(" = ", sum, sum, comparison);
            case BinaryOp::not_equal:
                return infix(" \\ne ", sum, sum, comparison);
            case BinaryOp::and_:
                return infix(" \\land ", conjunction, negation, conjunction);
            case BinaryOp::or_:
                return infix(" \\lor ", disjunction, conjunction, disjunction);
        }
        return {"", atom};
    }

    Piece call(const Node& node) {
        const auto one = [&] { return text(*node.children[0], loosest); };
        if (const BuiltinInfo* info = find_builtin(node.text)) {
            switch (info->builtin) {
                case Builtin::abs:
                    return {"\\left|" + one() + "\\right|", atom};
                case Builtin::sqrt:
                    return {"\\sqrt{" + one() + "}", atom};
                case Builtin::exp:
                    return {"e^{" + one() + "}", power};
                case Builtin::floor:
                    return {"\\left\\lfloor " + one() + " \\right\\rfloor", atom};
                case Builtin::ceil:
                    return {"\\left\\lceil " + one() + " \\right\\rceil", atom};
                case Builtin::log2:
                    return {"\\log_2\\left(" + one() + "\\right)", atom};
                case Builtin::log10:
                    return {"\\log_{10}\\left(" + one() + "\\right)", atom};
                case Builtin::ln:
                case Builtin::sin:
                case Builtin::cos:
                case Builtin::tan:
                case Builtin::min:
                case Builtin::max:
                    return {"\\" + std::string(info->name) + "\\left(" + items(node) + "\\right)", atom};
                case Builtin::sum:
                    return {"\\sum_i {" + text(*node.children[0], atom) + "}_i", sum};
                case Builtin::prod:
                    return {"\\prod_i {" + text(*node.children[0], atom) + "}_i", product};
                case Builtin::mean:
                    return {"\\overline{" + one() + "}", atom};
                case Builtin::length:
                    return {"\\left|" + one() + "\\right|", atom};
                case Builtin::round:
                case Builtin::clamp:
                    break;
            }
        }
        const Function* function = find_function(node.text);
        const std::string head = function != nullptr && !function->latex.empty()
                                     ? std::string(function->latex)
                                     : "\\operatorname{" + escaped(node.text) + "}";
        return {head + "\\left(" + items(node) + "\\right)", atom};
    }

    Piece reduce(const Node& node) {
        const bool range = node.children.size() == 3;
        const std::string loop = name(node.names[0]);
        const std::string sign_text = node.text == "sum" ? "\\sum" : node.text == "prod" ? "\\prod" : "\\" + node.text;
        std::string out = sign_text + "_{" + loop + (range ? " = " : " \\in ") + text(*node.children[0], loosest) + "}";
        if (range)
            out += "^{" + text(*node.children[1], loosest) + "}";
        return {out + " " + text(*node.children.back(), product), sum};
    }

    std::string items(const Node& node) {
        std::string out;
        for (const NodePtr& child : node.children)
            out += (out.empty() ? "" : ", ") + text(*child, loosest);
        return out;
    }

    const NameLatex& name_latex_;
};

NameLatex names_of(const Model& model) {
    return [&model](std::string_view name) {
        const Variable* variable = model.find(name);
        return variable == nullptr ? std::string() : variable->latex;
    };
}

}  // namespace

std::string latex(const Node& expression, const NameLatex& name_latex) {
    return Typesetter(name_latex).text(expression, loosest);
}

std::string equation_latex(const Model& model, const Equation& equation) {
    const NameLatex names = names_of(model);
    Node name;
    name.kind = NodeKind::name;
    name.text = equation.name;
    return latex(name, names) + " = " + latex(*equation.expression, names);
}

std::string condition_latex(const Model& model, const Requirement& requirement) {
    return latex(*requirement.condition, names_of(model));
}

}  // namespace dstudio::formula
