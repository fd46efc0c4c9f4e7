#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/number.hpp"
#include "core/base/text.hpp"
#include "core/formula/syntax.hpp"

namespace dstudio::formula {
namespace {

enum class TokenKind : std::uint8_t { number, identifier, symbol, string, newline, end };

struct Token {
    TokenKind kind = TokenKind::end;
    Span span;
    std::string_view text;
    double value = 0;
};

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (static_cast<unsigned char>(c) & 0x80U) != 0;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

constexpr std::array<std::string_view, 10> keywords{"if",  "then", "else",    "and",       "or",
                                                    "not", "in",   "require", "correlate", "nines"};

bool is_keyword(std::string_view text) {
    return std::find(keywords.begin(), keywords.end(), text) != keywords.end();
}

constexpr std::array<std::string_view, 4> reductions{"sum", "prod", "min", "max"};

Span join(Span a, Span b) {
    return {a.begin, b.end};
}

class Lexer {
  public:
    Lexer(std::string_view source, Diagnostics& diagnostics) : source_(source), diagnostics_(diagnostics) {}

    std::vector<Token> tokens() {
        while (at_ < source_.size())
            next();
        add(TokenKind::newline, source_.size(), source_.size());
        add(TokenKind::end, source_.size(), source_.size());
        return std::move(tokens_);
    }

    // Comments by the line (counted in newline tokens) are looked up by offset.
    std::vector<std::pair<std::size_t, std::string>> comments;

  private:
    void add(TokenKind kind, std::size_t begin, std::size_t end, double value = 0) {
        tokens_.push_back({kind,
                           {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)},
                           source_.substr(begin, end - begin),
                           value});
    }

    void refuse(std::size_t begin, std::size_t end, std::string message, std::string hint = {}) {
        diagnostics_.push_back({{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)},
                                std::move(message),
                                std::move(hint)});
    }

    void next() {
        const char c = source_[at_];
        const std::size_t begin = at_;
        if (c == '\n' || c == ';') {
            ++at_;
            if (brackets_ == 0 || c == ';')
                add(TokenKind::newline, begin, at_);
        } else if (c == ' ' || c == '\t' || c == '\r') {
            ++at_;
        } else if (c == '#') {
            at_ = std::min(source_.find('\n', at_), source_.size());
            comments.emplace_back(begin, std::string(base::trim(source_.substr(begin + 1, at_ - begin - 1))));
        } else if (is_digit(c) || (c == '.' && at_ + 1 < source_.size() && is_digit(source_[at_ + 1]))) {
            const auto number = base::read_number(source_.substr(at_));
            at_ += number->size_bytes;
            if (std::isinf(number->value))
                refuse(begin, at_, "the number is too large", "numbers reach up to about 1.8e308");
            else if (number->value == 0 && number->has_nonzero_digit)
                refuse(begin, at_, "the number is too small", "numbers other than 0 start at about 5e-324");
            add(TokenKind::number, begin, at_, number->value);
        } else if (c == '"') {
            const std::size_t end = source_.find_first_of("\"\n", at_ + 1);
            if (end == std::string_view::npos || source_[end] == '\n') {
                at_ = std::min(end, source_.size());
                refuse(begin, at_, "the text has no closing quotation mark");
            } else {
                at_ = end + 1;
                add(TokenKind::string, begin, at_);
            }
        } else if (is_letter(c) && !source_.substr(at_).starts_with("°")) {
            while (at_ < source_.size() && (is_letter(source_[at_]) || is_digit(source_[at_])))
                ++at_;
            add(TokenKind::identifier, begin, at_);
        } else {
            for (const std::string_view symbol : {"->", "..", "<=", ">=", "==", "!=", "°"})
                if (source_.substr(at_).starts_with(symbol)) {
                    at_ += symbol.size();
                    add(TokenKind::symbol, begin, at_);
                    return;
                }
            ++at_;
            if (std::string_view("+-*/^()[],:=<>%$.").find(c) == std::string_view::npos) {
                refuse(begin, at_, fmt::format("'{}' has no meaning here", c));
                return;
            }
            if (c == '(' || c == '[')
                ++brackets_;
            if ((c == ')' || c == ']') && brackets_ > 0)
                --brackets_;
            add(TokenKind::symbol, begin, at_);
        }
    }

    std::string_view source_;
    Diagnostics& diagnostics_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    int brackets_ = 0;
};

// Recursive descent; a mistake is reported once and abandons its statement (a null node runs up the stack).
class Parser {
  public:
    Parser(std::vector<Token> tokens, Diagnostics& diagnostics)
        : tokens_(std::move(tokens)), diagnostics_(diagnostics) {}

    NodePtr whole_expression() {
        skip_newlines();
        NodePtr node = expression();
        if (node == nullptr)
            return nullptr;
        skip_newlines();
        if (peek().kind != TokenKind::end)
            return unexpected("the end");
        return node;
    }

    Source whole_source(const std::vector<std::pair<std::size_t, std::string>>& comments) {
        Source source;
        while (true) {
            skip_newlines();
            if (peek().kind == TokenKind::end)
                break;
            auto parsed = statement();
            if (parsed && peek().kind != TokenKind::newline) {
                unexpected("the end of the line");
                parsed.reset();
            }
            while (peek().kind != TokenKind::newline && peek().kind != TokenKind::end)
                take();
            if (parsed) {
                for (const auto& [offset, text] : comments)
                    if (offset >= parsed->span.end && offset <= peek().span.begin)
                        parsed->comment = text;
                source.statements.push_back(std::move(*parsed));
            }
            if (diagnostics_.size() >= diagnostic_count_max)
                break;
        }
        return source;
    }

  private:
    [[nodiscard]] const Token& peek(std::size_t ahead = 0) const {
        return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
    }
    const Token& take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
    [[nodiscard]] bool at(std::string_view symbol, std::size_t ahead = 0) const {
        const Token& token = peek(ahead);
        return (token.kind == TokenKind::symbol || token.kind == TokenKind::identifier) && token.text == symbol;
    }
    bool accept(std::string_view symbol) {
        if (!at(symbol))
            return false;
        take();
        return true;
    }
    void skip_newlines() {
        while (peek().kind == TokenKind::newline)
            take();
    }

    std::nullptr_t refuse(Span span, std::string message, std::string hint = {}) {
        diagnostics_.push_back({span, std::move(message), std::move(hint)});
        return nullptr;
    }
    std::nullptr_t unexpected(std::string_view wanted) {
        const Token& token = peek();
        const std::string found = token.kind == TokenKind::end ? "the end"
                                  : token.kind == TokenKind::newline
                                      ? (token.text == ";" ? "';'" : "the end of the line")
                                      : fmt::format("'{}'", base::utf8_prefix(token.text, 40));
        return refuse(token.span, fmt::format("{} is expected here, not {}", wanted, found));
    }
    bool expect(std::string_view symbol) {
        if (accept(symbol))
            return true;
        unexpected(fmt::format("'{}'", symbol));
        return false;
    }

    NodePtr make(NodeKind kind, Span span) {
        if (++node_count_ > node_count_max)
            return refuse(span, fmt::format("the model has more than {} parts", node_count_max));
        auto node = std::make_unique<Node>();
        node->kind = kind;
        node->span = span;
        return node;
    }

    static void adopt(Node& parent, NodePtr child) {
        parent.height = std::max(parent.height, child->height + 1);
        parent.children.push_back(std::move(child));
    }

    NodePtr make_binary(BinaryOp op, NodePtr a, NodePtr b) {
        if (a == nullptr || b == nullptr)
            return nullptr;
        NodePtr node = make(NodeKind::binary, join(a->span, b->span));
        if (node == nullptr)
            return nullptr;
        if (std::max(a->height, b->height) >= height_max)
            return refuse(node->span, fmt::format("more than {} operations follow each other", height_max),
                          "use sum(...) or give parts a name");
        node->op = op;
        adopt(*node, std::move(a));
        adopt(*node, std::move(b));
        return node;
    }

    std::optional<Statement> statement() {
        Statement result;
        const Token first = peek();
        result.span = first.span;
        if (first.kind == TokenKind::identifier && first.text == "require")
            return require(std::move(result));
        if (first.kind == TokenKind::identifier && first.text == "correlate")
            return correlate(std::move(result));
        if (first.kind == TokenKind::identifier && !is_keyword(first.text) && (at("=", 1) || at(":", 1))) {
            take();
            result.name = std::string(first.text);
            result.name_span = first.span;
            if (accept(":")) {
                result.declared = unit_until("=");
                if (!result.declared)
                    return std::nullopt;
            }
            if (!expect("="))
                return std::nullopt;
        } else {
            result.kind = StatementKind::show;
        }
        result.expression = expression();
        if (result.expression == nullptr)
            return std::nullopt;
        if (accept("->")) {
            result.shown_in = unit_until("");
            if (!result.shown_in)
                return std::nullopt;
        }
        result.span.end = tokens_[at_ - 1].span.end;
        return result;
    }

    std::optional<Statement> require(Statement result) {
        take();
        result.kind = StatementKind::require;
        result.expression = expression();
        if (result.expression == nullptr)
            return std::nullopt;
        if (peek().kind == TokenKind::string) {
            const std::string_view quoted = take().text;
            result.message = std::string(quoted.substr(1, quoted.size() - 2));
        }
        result.span.end = tokens_[at_ - 1].span.end;
        return result;
    }

    std::optional<Statement> correlate(Statement result) {
        take();
        result.kind = StatementKind::correlate;
        for (int i = 0; i < 2; ++i) {
            if (peek().kind != TokenKind::identifier || is_keyword(peek().text)) {
                unexpected("the name of an uncertain input");
                return std::nullopt;
            }
            result.correlated.emplace_back(take().text);
            if (!expect(","))
                return std::nullopt;
        }
        result.expression = expression();
        if (result.expression == nullptr)
            return std::nullopt;
        result.span.end = tokens_[at_ - 1].span.end;
        return result;
    }

    // The unit that the tokens up to `symbol` (or the end of the statement) spell.
    std::optional<base::Unit> unit_until(std::string_view symbol) {
        std::string text;
        Span span = peek().span;
        while (peek().kind != TokenKind::newline && peek().kind != TokenKind::end && (symbol.empty() || !at(symbol))) {
            // Symbols are set apart, so that "GB h" does not become "GBh".
            const bool word = peek().kind == TokenKind::identifier;
            if (word && !text.empty() && is_letter(text.back()))
                text += ' ';
            span.end = peek().span.end;
            text += take().text;
        }
        auto unit = base::parse_unit(text);
        if (!unit) {
            refuse(span, unit.error().message, unit.error().hint);
            return std::nullopt;
        }
        return *unit;
    }

    NodePtr expression() {
        if (++depth_ > depth_max) {
            --depth_;
            return refuse(peek().span, fmt::format("the expression is nested deeper than {} levels", depth_max));
        }
        NodePtr node = at("if") ? choice() : disjunction();
        --depth_;
        return node;
    }

    NodePtr choice() {
        const Span begin = take().span;
        NodePtr condition = expression();
        if (condition == nullptr || !expect("then"))
            return nullptr;
        NodePtr yes = expression();
        if (yes == nullptr || !expect("else"))
            return nullptr;
        NodePtr no = expression();
        if (no == nullptr)
            return nullptr;
        NodePtr node = make(NodeKind::choose, join(begin, no->span));
        if (node == nullptr)
            return nullptr;
        adopt(*node, std::move(condition));
        adopt(*node, std::move(yes));
        adopt(*node, std::move(no));
        return node;
    }

    NodePtr disjunction() {
        NodePtr left = conjunction();
        while (left != nullptr && accept("or"))
            left = make_binary(BinaryOp::or_, std::move(left), conjunction());
        return left;
    }

    NodePtr conjunction() {
        NodePtr left = negation();
        while (left != nullptr && accept("and"))
            left = make_binary(BinaryOp::and_, std::move(left), negation());
        return left;
    }

    NodePtr negation() {
        if (!at("not"))
            return comparison();
        return prefixed(NodeKind::not_, [this] { return negation(); });
    }

    template <class Operand>
    NodePtr prefixed(NodeKind kind, Operand operand) {
        if (++depth_ > depth_max) {
            --depth_;
            return refuse(peek().span, fmt::format("the expression is nested deeper than {} levels", depth_max));
        }
        const Span begin = take().span;
        NodePtr inner = operand();
        --depth_;
        if (inner == nullptr)
            return nullptr;
        NodePtr node = make(kind, join(begin, inner->span));
        if (node != nullptr)
            adopt(*node, std::move(inner));
        return node;
    }

    NodePtr comparison() {
        NodePtr left = sum();
        const auto op = comparison_op();
        if (left == nullptr || !op)
            return left;
        take();
        left = make_binary(*op, std::move(left), sum());
        if (left != nullptr && comparison_op())
            return refuse(peek().span, "comparisons do not chain", "write a < b and b < c");
        return left;
    }

    [[nodiscard]] std::optional<BinaryOp> comparison_op() const {
        constexpr std::array<std::pair<std::string_view, BinaryOp>, 6> table{{{"<", BinaryOp::less},
                                                                              {"<=", BinaryOp::less_equal},
                                                                              {">", BinaryOp::greater},
                                                                              {">=", BinaryOp::greater_equal},
                                                                              {"==", BinaryOp::equal},
                                                                              {"!=", BinaryOp::not_equal}}};
        for (const auto& [symbol, op] : table)
            if (peek().kind == TokenKind::symbol && peek().text == symbol)
                return op;
        return std::nullopt;
    }

    NodePtr sum() {
        NodePtr left = product();
        while (left != nullptr && (at("+") || at("-"))) {
            const BinaryOp op = take().text == "+" ? BinaryOp::add : BinaryOp::subtract;
            left = make_binary(op, std::move(left), product());
        }
        return left;
    }

    NodePtr product() {
        NodePtr left = sign();
        while (left != nullptr && (at("*") || at("/"))) {
            const BinaryOp op = take().text == "*" ? BinaryOp::multiply : BinaryOp::divide;
            left = make_binary(op, std::move(left), sign());
        }
        return left;
    }

    NodePtr sign() {
        if (at("-"))
            return prefixed(NodeKind::negate, [this] { return sign(); });
        if (at("+"))
            return refuse(peek().span, "a plus sign has no meaning before a value", "leave it out");
        return power();
    }

    NodePtr power() {
        NodePtr operand = postfix();
        if (operand == nullptr || !accept("^"))
            return operand;
        if (++depth_ > depth_max) {
            --depth_;
            return refuse(peek().span, fmt::format("the expression is nested deeper than {} levels", depth_max));
        }
        NodePtr exponent = sign();
        --depth_;
        return make_binary(BinaryOp::power, std::move(operand), std::move(exponent));
    }

    NodePtr postfix() {
        NodePtr node = primary();
        while (node != nullptr && at("[")) {
            take();
            NodePtr position = expression();
            if (position == nullptr || !expect("]"))
                return nullptr;
            NodePtr index = make(NodeKind::index, {node->span.begin, tokens_[at_ - 1].span.end});
            if (index == nullptr)
                return nullptr;
            if (node->height >= height_max)
                return refuse(index->span, fmt::format("more than {} operations follow each other", height_max));
            adopt(*index, std::move(node));
            adopt(*index, std::move(position));
            node = std::move(index);
        }
        return node;
    }

    NodePtr primary() {
        const Token token = peek();
        if (token.kind == TokenKind::number)
            return quantity();
        if (at("$")) {
            take();
            if (peek().kind != TokenKind::number)
                return unexpected("an amount");
            const Token amount = take();
            return number_node(join(token.span, amount.span), amount.value, base::find_unit("$"));
        }
        if (accept("(")) {
            NodePtr inner = expression();
            if (inner == nullptr || !expect(")"))
                return nullptr;
            inner->span = {token.span.begin, tokens_[at_ - 1].span.end};
            return inner;
        }
        if (at("["))
            return list();
        if (token.kind == TokenKind::identifier && (!is_keyword(token.text))) {
            take();
            if (at("("))
                return call(token);
            NodePtr node = make(NodeKind::name, token.span);
            if (node != nullptr)
                node->text = std::string(token.text);
            return node;
        }
        if (token.kind == TokenKind::symbol && token.text == "=")
            return refuse(token.span, "'=' gives a name its value at the start of a line", "write == to compare");
        return unexpected("a value");
    }

    NodePtr number_node(Span span, double typed, std::optional<base::Unit> unit) {
        NodePtr node = make(NodeKind::number, span);
        if (node == nullptr)
            return nullptr;
        node->typed = typed;
        node->value = unit ? unit->to_base(typed) : typed;
        if (std::isinf(node->value))
            return refuse(span, "the quantity is too large", "quantities reach up to about 1.8e308 in base units");
        node->unit = std::move(unit);
        return node;
    }

    NodePtr quantity() {
        const Token number = take();
        const Token next = peek();
        if (next.kind == TokenKind::identifier && next.text == "nines") {
            take();
            NodePtr node = make(NodeKind::number, join(number.span, next.span));
            if (node == nullptr)
                return nullptr;
            node->is_nines = true;
            node->typed = number.value;
            node->value = 1 - std::pow(10.0, -number.value);
            return node;
        }
        const bool sign = at("%") || at("$") || at("°");
        if (!sign && (next.kind != TokenKind::identifier || is_keyword(next.text)))
            return number_node(number.span, number.value, std::nullopt);
        auto unit = base::find_unit(next.text);
        if (!unit) {
            const auto near = base::nearest(next.text, base::unit_symbols());
            return refuse(next.span, fmt::format("there is no unit '{}'", base::utf8_prefix(next.text, 40)),
                          near ? fmt::format("did you mean '{}'? To multiply, write *", *near)
                               : std::string("to multiply, write * between the two"));
        }
        take();
        Span span = join(number.span, next.span);
        if (at("^") && peek(1).kind == TokenKind::number) {
            take();
            const Token exponent = take();
            auto raised = base::parse_unit(fmt::format("{}^{}", next.text, exponent.text));
            if (!raised)
                return refuse(exponent.span, raised.error().message, raised.error().hint);
            unit = std::move(*raised);
            span.end = exponent.span.end;
        }
        return number_node(span, number.value, std::move(unit));
    }

    NodePtr list() {
        NodePtr node = make(NodeKind::list, take().span);
        if (node == nullptr)
            return nullptr;
        while (!at("]")) {
            NodePtr item = expression();
            if (item == nullptr)
                return nullptr;
            adopt(*node, std::move(item));
            if (!at("]") && !expect(","))
                return nullptr;
        }
        node->span.end = take().span.end;
        if (node->children.empty())
            return refuse(node->span, "the list is empty", "a list has at least one component");
        return node;
    }

    NodePtr call(const Token& name) {
        take();
        const bool reduction = std::find(reductions.begin(), reductions.end(), name.text) != reductions.end();
        if (reduction && peek().kind == TokenKind::identifier && at("in", 1))
            return reduce(name);
        const bool named = peek().kind == TokenKind::identifier && at(":", 1);
        NodePtr node = make(named ? NodeKind::model : NodeKind::call, name.span);
        if (node == nullptr)
            return nullptr;
        node->text = std::string(name.text);
        while (!at(")")) {
            if (named) {
                if (peek().kind != TokenKind::identifier || !at(":", 1))
                    return unexpected("a name with ':' like those before it");
                const Token argument = take();
                take();
                if (std::find(node->names.begin(), node->names.end(), argument.text) != node->names.end())
                    return refuse(argument.span, fmt::format("'{}' is given twice", argument.text));
                node->names.emplace_back(argument.text);
            }
            NodePtr argument = expression();
            if (argument == nullptr)
                return nullptr;
            adopt(*node, std::move(argument));
            if (!at(")") && !expect(","))
                return nullptr;
        }
        node->span.end = take().span.end;
        if (named && at(".") && peek(1).kind == TokenKind::identifier) {
            take();
            node->span.end = peek().span.end;
            node->member = std::string(take().text);
        }
        return node;
    }

    NodePtr reduce(const Token& name) {
        NodePtr node = make(NodeKind::reduce, name.span);
        if (node == nullptr)
            return nullptr;
        node->text = std::string(name.text);
        if (is_keyword(peek().text))
            return unexpected("a name");
        node->names.emplace_back(take().text);
        take();  // in
        NodePtr from = sum();
        if (from == nullptr)
            return nullptr;
        adopt(*node, std::move(from));
        if (accept("..")) {
            NodePtr to = sum();
            if (to == nullptr)
                return nullptr;
            adopt(*node, std::move(to));
        }
        if (!expect(":"))
            return nullptr;
        NodePtr body = expression();
        if (body == nullptr || !expect(")"))
            return nullptr;
        adopt(*node, std::move(body));
        node->span.end = tokens_[at_ - 1].span.end;
        return node;
    }

    std::vector<Token> tokens_;
    Diagnostics& diagnostics_;
    std::size_t at_ = 0;
    int depth_ = 0;
    std::size_t node_count_ = 0;
};

bool fits(std::string_view source, Diagnostics& diagnostics) {
    if (source.size() > source_size_bytes_max) {
        diagnostics.push_back(
            {{0, 0},
             fmt::format("the model has {} bytes; at most {} are read", source.size(), source_size_bytes_max),
             "split it"});
        return false;
    }
    if (const auto invalid = base::first_invalid_utf8(source)) {
        const auto at = static_cast<std::uint32_t>(*invalid);
        diagnostics.push_back({{at, at + 1}, "this byte is not UTF-8 text", "save the file as UTF-8"});
        return false;
    }
    return true;
}

}  // namespace

Source parse_source(std::string_view source, Diagnostics& diagnostics) {
    if (!fits(source, diagnostics))
        return {};
    Lexer lexer(source, diagnostics);
    std::vector<Token> tokens = lexer.tokens();
    return Parser(std::move(tokens), diagnostics).whole_source(lexer.comments);
}

NodePtr parse_expression(std::string_view source, Diagnostics& diagnostics) {
    if (!fits(source, diagnostics))
        return nullptr;
    const std::size_t before = diagnostics.size();
    std::vector<Token> tokens = Lexer(source, diagnostics).tokens();
    if (diagnostics.size() > before)
        return nullptr;
    NodePtr node = Parser(std::move(tokens), diagnostics).whole_expression();
    return diagnostics.size() > before ? nullptr : std::move(node);
}

bool is_identifier(std::string_view text) {
    if (text.empty() || !is_letter(text.front()) || is_keyword(text) || text.size() > 60)
        return false;
    return std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

NodePtr clone(const Node& node) {
    auto copy = std::make_unique<Node>();
    copy->kind = node.kind;
    copy->span = node.span;
    copy->op = node.op;
    copy->value = node.value;
    copy->typed = node.typed;
    copy->unit = node.unit;
    copy->is_nines = node.is_nines;
    copy->text = node.text;
    copy->is_unit = node.is_unit;
    copy->member = node.member;
    copy->names = node.names;
    copy->height = node.height;
    for (const NodePtr& child : node.children)
        copy->children.push_back(clone(*child));
    return copy;
}

bool same_structure(const Node& a, const Node& b) {
    return a.kind == b.kind && a.op == b.op && a.value == b.value && a.text == b.text && a.member == b.member &&
           a.names == b.names && a.children.size() == b.children.size() &&
           std::equal(a.children.begin(), a.children.end(), b.children.begin(),
                      [](const NodePtr& x, const NodePtr& y) { return same_structure(*x, *y); });
}

}  // namespace dstudio::formula
