#include "core/formula/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/assert.hpp"
#include "core/base/text.hpp"
#include "core/formula/builtin.hpp"
#include "core/formula/check.hpp"
#include "core/formula/distribution_call.hpp"

namespace dstudio::formula {
namespace {

constexpr std::size_t variable_count_max = 2'000;

bool is_distribution_call(const Node& node) {
    return node.kind == NodeKind::call && find_distribution_name(node.text) != nullptr &&
           find_function(node.text) == nullptr;
}

}  // namespace

// Builds a model statement by statement. The type of an uncertain input is that of its distribution's values.
class ModelBuilder {
  public:
    ModelBuilder(const FormulaLibrary& library, Diagnostics& diagnostics)
        : library_(library), diagnostics_(diagnostics) {}

    void source(std::string_view text) {
        Source source = parse_source(text, diagnostics_);
        for (Statement& statement : source.statements) {
            if (diagnostics_.size() >= diagnostic_count_max)
                return;
            this->statement(text, statement);
        }
        if (source.statements.empty() && diagnostics_.empty())
            refuse({0, 0}, "the model is empty", "write a line such as: utilisation = 80/s / (100/s)");
    }

    void declaration(const Declaration& declaration, std::string_view text) {
        for (const auto& declared : declaration.variables)
            declare(declared);
        if (!diagnostics_.empty())
            return;
        Source source = parse_source(text, diagnostics_);
        for (Statement& statement : source.statements)
            this->statement(text, statement);
        std::size_t computed = 0;
        for (const Variable& variable : model_.variables_)
            if (!variable.is_internal)
                computed += variable.is_input ? 0 : 1;
        if (computed == 0 && diagnostics_.empty())
            refuse({0, 0}, "no equation computes a variable", "write name = expression for at least one");
        model_.result_ = declaration.result;
        if (const Variable* result = model_.find(declaration.result);
            !declaration.result.empty() && diagnostics_.empty() && (result == nullptr || result->is_input))
            refuse({0, 0}, fmt::format("'{}' is to be the result, but no equation computes it", declaration.result));
        for (const auto& [name, span] : undeclared_)
            refuse(span, fmt::format("'{}' is not declared", name), "add it to the variables, with its unit");
    }

    std::optional<Model> finish() {
        std::stable_sort(diagnostics_.begin(), diagnostics_.end(),
                         [](const Diagnostic& a, const Diagnostic& b) { return a.span.begin < b.span.begin; });
        if (!diagnostics_.empty())
            return std::nullopt;
        return std::move(model_);
    }

  private:
    // Literals only, so that a caller may put another value in its place; distributions are literals too.
    [[nodiscard]] bool is_literal(const Node& node) const {
        switch (node.kind) {
            case NodeKind::number:
                return true;
            case NodeKind::name:
                return model_.find(node.text) == nullptr &&
                       (base::find_unit(node.text) || find_named_constant(node.text));
            case NodeKind::negate:
            case NodeKind::list:
                break;
            case NodeKind::binary:
                if (node.op >= BinaryOp::less)
                    return false;
                break;
            case NodeKind::call:
                if (!is_distribution_call(node))
                    return false;
                break;
            default:
                return false;
        }
        return std::all_of(node.children.begin(), node.children.end(),
                           [this](const NodePtr& child) { return is_literal(*child); });
    }

    void refuse(Span span, std::string message, std::string hint = {}) {
        if (diagnostics_.size() < diagnostic_count_max)
            diagnostics_.push_back({span, std::move(message), std::move(hint)});
    }

    std::optional<Type> type_of_name(std::string_view name) const {
        for (std::size_t i = 0; i < model_.variables_.size(); ++i)
            if (model_.variables_[i].name == name && defined_[i]) {
                Type type;
                type.dimension = model_.variables_[i].unit.dimension;
                type.is_list = model_.variables_[i].is_list;
                return type;
            }
        return std::nullopt;
    }

    std::vector<std::string_view> known_names() const {
        std::vector<std::string_view> names;
        for (std::size_t i = 0; i < model_.variables_.size(); ++i)
            if (defined_[i] && !model_.variables_[i].is_internal)
                names.emplace_back(model_.variables_[i].name);
        return names;
    }

    // What is read as a unit now stays one, though a later line may give the name to a variable.
    void mark_units(Node& node, std::vector<std::string_view>& loop_names) const {
        if (node.kind == NodeKind::name)
            node.is_unit = std::find(loop_names.begin(), loop_names.end(), node.text) == loop_names.end() &&
                           !type_of_name(node.text) && !find_named_constant(node.text);
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            // The body of a sum or product sees its name, the range or list does not.
            const bool in_loop = node.kind == NodeKind::reduce && i + 1 == node.children.size();
            if (in_loop)
                loop_names.emplace_back(node.names[0]);
            mark_units(*node.children[i], loop_names);
            if (in_loop)
                loop_names.pop_back();
        }
    }

    std::optional<Type> type_of(Node& node) {
        std::vector<std::string_view> no_loops;
        mark_units(node, no_loops);
        return type_of(static_cast<const Node&>(node));
    }

    std::optional<Type> type_of(const Node& node) {
        TypeChecker checker([this](std::string_view name) { return type_of_name(name); },
                            [this] { return known_names(); }, diagnostics_);
        return checker.type_of(node);
    }

    // Distributions: the arguments' dimension, checked to agree where they are values.
    std::optional<Type> type_of_input(const Node& node) {
        if (node.kind == NodeKind::list) {
            std::optional<Type> result;
            for (const NodePtr& child : node.children) {
                const auto type = type_of_input(*child);
                if (!type)
                    return std::nullopt;
                if (result && !result->is_zero && !type->is_zero && result->dimension != type->dimension) {
                    refuse(child->span,
                           fmt::format("this component is {}, those before are {}",
                                       base::dimension_word(type->dimension), base::dimension_word(result->dimension)));
                    return std::nullopt;
                }
                if (!result || result->is_zero)
                    result = type;
            }
            result->is_list = true;
            return result;
        }
        if (!is_distribution_call(node))
            return type_of(node);
        const auto dimension = distribution_dimension(node, diagnostics_);
        if (!dimension)
            return std::nullopt;
        Type type;
        type.dimension = *dimension;
        return type;
    }

    std::size_t add(Variable variable, bool defined) {
        model_.variables_.push_back(std::move(variable));
        defined_.push_back(defined);
        return model_.variables_.size() - 1;
    }

    void declare(const Declaration::DeclaredVariable& declared) {
        const auto wrong = [&](std::string message, std::string hint = {}) {
            refuse({0, 0}, fmt::format("variable '{}': {}", declared.name, message), std::move(hint));
        };
        if (!is_identifier(declared.name))
            return wrong("its name is no identifier", "letters, digits and _, at most 60, not starting with a digit");
        if (model_.find(declared.name) != nullptr)
            return wrong("it is declared twice");
        auto unit = base::parse_unit(declared.unit);
        if (!unit)
            return wrong(unit.error().message, unit.error().hint);
        Variable variable{.name = declared.name,
                          .meaning = declared.meaning,
                          .latex = declared.latex,
                          .unit = std::move(*unit),
                          .domain = any_number,
                          .is_list = declared.is_list,
                          .default_text = declared.default_text};
        constexpr std::array<std::pair<std::string_view, Domain>, 6> domains{{{"any", any_number},
                                                                              {"non-negative", non_negative},
                                                                              {"positive", positive},
                                                                              {"probability", probability},
                                                                              {"count", count},
                                                                              {"positive-count", positive_count}}};
        const auto domain =
            std::find_if(domains.begin(), domains.end(), [&](const auto& row) { return row.first == declared.domain; });
        if (domain == domains.end())
            return wrong(fmt::format("there is no domain '{}'", declared.domain),
                         "any, non-negative, positive, probability, count or positive-count");
        variable.domain = domain->second;
        for (const bool is_min : {true, false}) {
            const std::string& text = is_min ? declared.min : declared.max;
            if (text.empty())
                continue;
            Diagnostics own;
            const auto bound = evaluate_constant(text, own);
            if (!bound)
                return wrong(fmt::format("its bound '{}': {}", text, own[0].message), own[0].hint);
            if (bound->is_list || (!bound->type.is_zero && bound->type.dimension != variable.unit.dimension))
                return wrong(fmt::format("its bound '{}' is {}, it is {}", text,
                                         base::dimension_word(bound->type.dimension),
                                         base::dimension_word(variable.unit.dimension)));
            (is_min ? variable.domain.min : variable.domain.max) = bound->components[0];
            (is_min ? variable.domain.min_excluded : variable.domain.max_excluded) = false;
        }
        add(std::move(variable), true);
        declared_count_ = model_.variables_.size();
    }

    void statement(std::string_view text, Statement& statement) {
        if (model_.variables_.size() > variable_count_max)
            return refuse(statement.span, fmt::format("the model has more than {} variables", variable_count_max));
        switch (statement.kind) {
            case StatementKind::assign:
                return assign(text, statement);
            case StatementKind::show:
                statement.name = fmt::format("line_{}", line_column(text, statement.span.begin).line);
                statement.name_span = statement.span;
                return assign(text, statement);
            case StatementKind::require:
                return require(text, statement);
            case StatementKind::correlate:
                return correlate(statement);
        }
    }

    void assign(std::string_view text, Statement& statement) {
        const bool from_declaration = declared_count_ > 0;
        if (!is_identifier(statement.name))
            return refuse(statement.name_span, "a name has at most 60 characters");
        const Variable* before = model_.find(statement.name);
        const bool declared = from_declaration && before != nullptr && before->is_input &&
                              !std::count(assigned_.begin(), assigned_.end(), statement.name);
        if (before != nullptr && !declared)
            return refuse(statement.name_span, fmt::format("'{}' has a value already", statement.name),
                          "each name gets its value once; choose another");
        if (find_function(statement.name) != nullptr || find_builtin(statement.name) != nullptr ||
            find_distribution_name(statement.name) != nullptr || find_named_constant(statement.name))
            return refuse(statement.name_span, fmt::format("'{}' is a function of the language", statement.name),
                          "choose another name");
        if (declared)  // not to be used in its own equation
            defined_[model_.position(statement.name)] = false;
        if (!inline_formulas(*statement.expression))
            return;
        const bool is_input =
            !from_declaration && statement.kind == StatementKind::assign && is_literal(*statement.expression);
        const auto type = is_input ? type_of_input(*statement.expression) : type_of(*statement.expression);
        if (!type)
            return;
        if (type->is_truth)
            return refuse(statement.expression->span, "a comparison cannot be given a name",
                          "write require ... to state a condition, if ... then ... else ... to choose");
        const base::Unit* unit = statement.shown_in   ? &*statement.shown_in
                                 : statement.declared ? &*statement.declared
                                                      : nullptr;
        for (const auto* given :
             {statement.shown_in ? &*statement.shown_in : nullptr, statement.declared ? &*statement.declared : nullptr})
            if (given != nullptr && !type->is_zero && given->dimension != type->dimension)
                return refuse(
                    statement.expression->span,
                    fmt::format("'{}' is to be {}, its expression is {}", statement.name,
                                base::dimension_word(given->dimension), base::dimension_word(type->dimension)));
        std::size_t position = 0;
        if (declared) {
            position = model_.position(statement.name);
            Variable& existing = model_.variables_[position];
            if (!type->is_zero && existing.unit.dimension != type->dimension)
                return refuse(
                    statement.expression->span,
                    fmt::format("'{}' is declared as {}, its equation gives {}", statement.name,
                                base::dimension_word(existing.unit.dimension), base::dimension_word(type->dimension)));
            if (existing.is_list != type->is_list)
                return refuse(
                    statement.expression->span,
                    fmt::format("'{}' is declared as {}, its equation gives {}", statement.name,
                                existing.is_list ? "a list" : "one number", type->is_list ? "a list" : "one number"));
            if (!existing.default_text.empty())
                return refuse(statement.name_span,
                              fmt::format("'{}' is computed, so it cannot have a default", statement.name));
            existing.is_input = false;
            defined_[position] = true;
            if (unit != nullptr)
                existing.unit = *unit;
        } else {
            if (from_declaration)
                undeclared_.emplace_back(statement.name, statement.name_span);
            Variable variable{.name = statement.name,
                              .meaning = statement.comment,
                              .latex = {},
                              .unit = unit != nullptr ? *unit : unit_for(*statement.expression, *type),
                              .domain = any_number,
                              .is_list = type->is_list,
                              .is_input = is_input,
                              .default_text = {}};
            if (is_input)
                variable.default_text =
                    std::string(text.substr(statement.expression->span.begin,
                                            statement.expression->span.end - statement.expression->span.begin));
            position = add(std::move(variable), true);
        }
        assigned_.push_back(statement.name);
        if (!is_input)
            model_.equations_.push_back({statement.name, position, std::move(statement.expression), statement.span});
    }

    // A literal is shown in the unit it was typed in, all else in the base unit (or what reads well).
    [[nodiscard]] base::Unit unit_for(const Node& node, const Type& type) const {
        const Node& literal = node.kind == NodeKind::negate ? *node.children[0] : node;
        if (literal.kind == NodeKind::number && literal.unit)
            return *literal.unit;
        // "2 MB/s" and "8/year" are quotients of a literal and a unit.
        if (literal.kind == NodeKind::binary && literal.op == BinaryOp::divide &&
            literal.children[0]->kind == NodeKind::number && literal.children[1]->kind == NodeKind::name &&
            is_literal(literal)) {
            const auto& above = literal.children[0]->unit;
            const auto quotient = base::parse_unit((above ? above->text : "") + "/" + literal.children[1]->text);
            if (quotient && quotient->dimension == type.dimension)
                return *quotient;
        }
        return {type.dimension, 1, 1, base::dimension_text(type.dimension)};
    }

    void require(std::string_view text, Statement& statement) {
        if (!inline_formulas(*statement.expression))
            return;
        const auto type = type_of(*statement.expression);
        if (!type)
            return;
        if (!type->is_truth)
            return refuse(statement.expression->span, "'require' needs a comparison, this is a number",
                          "write require x > 0");
        std::string message = statement.message;
        if (message.empty())
            message = std::string(text.substr(statement.expression->span.begin,
                                              statement.expression->span.end - statement.expression->span.begin));
        model_.requirements_.push_back({std::move(statement.expression), std::move(message), statement.span});
    }

    void correlate(Statement& statement) {
        for (const std::string& name : statement.correlated) {
            const Variable* variable = model_.find(name);
            if (variable == nullptr || !variable->is_input || variable->is_list)
                return refuse(statement.span, fmt::format("'{}' is no uncertain input of one number", name),
                              "give it a distribution on a line before: name = normal(10 ms, 2 ms)");
        }
        if (statement.correlated[0] == statement.correlated[1])
            return refuse(statement.span, "an input always goes with itself", "name two inputs");
        const auto value = evaluate_constant(*statement.expression, diagnostics_);
        if (!value)
            return;
        if (value->is_list || !value->type.dimension.is_none() || !(std::fabs(value->components[0]) < 1))
            return refuse(statement.expression->span, "a rank correlation is a plain number between -1 and 1");
        for (const Correlation& other : model_.correlations_)
            if ((other.a == statement.correlated[0] && other.b == statement.correlated[1]) ||
                (other.b == statement.correlated[0] && other.a == statement.correlated[1]))
                return refuse(statement.span, "the correlation of these two is given already");
        model_.correlations_.push_back(
            {statement.correlated[0], statement.correlated[1], value->components[0], statement.span});
    }

    // Puts a formula's equations in the place of its call: f(x: 1).y becomes the internal variable "f#1.y".
    bool inline_formulas(Node& node) {
        for (NodePtr& child : node.children)
            if (!inline_formulas(*child))
                return false;
        if (node.kind != NodeKind::model)
            return true;
        const Model* formula = library_ ? library_(node.text) : nullptr;
        if (formula == nullptr) {
            const bool is_function = find_function(node.text) != nullptr || find_builtin(node.text) != nullptr;
            refuse(node.span,
                   fmt::format("there is no formula '{}' in the catalogue", base::utf8_prefix(node.text, 40)),
                   is_function ? fmt::format("{} is a function: call it without names", node.text)
                               : std::string("'dstudio formula list' names them, with _ for -"));
            return false;
        }
        const std::string prefix = fmt::format("{}#{}.", node.text, ++inlined_count_);
        std::vector<const Variable*> inputs = formula->inputs();
        for (std::size_t i = 0; i < node.names.size(); ++i)
            if (std::none_of(inputs.begin(), inputs.end(),
                             [&](const Variable* v) { return v->name == node.names[i]; })) {
                std::vector<std::string_view> names;
                names.reserve(inputs.size());
                for (const Variable* input : inputs)
                    names.emplace_back(input->name);
                const auto near = base::nearest(node.names[i], names);
                std::string all;
                for (const std::string_view name : names)
                    all += (all.empty() ? "" : ", ") + std::string(name);
                refuse(node.children[i]->span, fmt::format("{} has no input '{}'", node.text, node.names[i]),
                       near ? fmt::format("did you mean '{}'?", *near) : "its inputs are " + all);
                return false;
            }
        // All of its variables come over, the internal ones of nested calls too.
        for (const Variable& variable : formula->variables()) {
            Variable copy = variable;
            copy.name = prefix + variable.name;
            copy.is_internal = true;
            if (!variable.is_input) {
                add(std::move(copy), true);
                continue;
            }
            const auto given = std::find(node.names.begin(), node.names.end(), variable.name);
            NodePtr value;
            if (given != node.names.end()) {
                value = std::move(node.children[static_cast<std::size_t>(given - node.names.begin())]);
            } else if (!variable.default_text.empty()) {
                Diagnostics own;
                value = parse_expression(variable.default_text, own);
            }
            if (value == nullptr) {
                refuse(node.span, fmt::format("{} needs '{}'", node.text, variable.name), variable.meaning);
                return false;
            }
            const auto type = type_of(*value);
            if (!type)
                return false;
            if ((!type->is_zero && type->dimension != variable.unit.dimension) || type->is_list != variable.is_list) {
                refuse(value->span,
                       fmt::format("{} of {} is {}{}, this is {}{}", variable.name, node.text,
                                   variable.is_list ? "a list of " : "", base::dimension_word(variable.unit.dimension),
                                   type->is_list ? "a list of " : "", base::dimension_word(type->dimension)));
                return false;
            }
            copy.is_input = false;
            copy.default_text.clear();
            const std::string name = copy.name;
            const Span span = value->span;
            const std::size_t position = add(std::move(copy), true);
            model_.equations_.push_back({name, position, std::move(value), span});
        }
        for (const Equation& equation : formula->equations()) {
            NodePtr copy = clone(*equation.expression);
            rename(*copy, *formula, prefix);
            model_.equations_.push_back(
                {prefix + equation.name, model_.position(prefix + equation.name), std::move(copy), node.span});
        }
        for (const Requirement& requirement : formula->requirements()) {
            NodePtr copy = clone(*requirement.condition);
            rename(*copy, *formula, prefix);
            model_.requirements_.push_back({std::move(copy), node.text + ": " + requirement.message, node.span});
        }
        const std::vector<const Variable*> outputs = formula->outputs();
        const std::string member = node.member.empty() ? formula->result().name : node.member;
        const Variable* asked = formula->find(member);
        if (asked == nullptr || asked->is_internal) {
            std::string all;
            for (const Variable* output : outputs)
                all += (all.empty() ? "" : ", ") + output->name;
            refuse(node.span, fmt::format("{} has no result '{}'", node.text, member), "its results are " + all);
            return false;
        }
        node.kind = NodeKind::name;
        node.text = prefix + member;
        node.names.clear();
        node.children.clear();
        node.member.clear();
        return true;
    }

    static void rename(Node& node, const Model& formula, const std::string& prefix) {
        if (node.kind == NodeKind::name && !node.is_unit && formula.find(node.text) != nullptr)
            node.text = prefix + node.text;
        for (const NodePtr& child : node.children)
            rename(*child, formula, prefix);
    }

    const FormulaLibrary& library_;
    Diagnostics& diagnostics_;
    Model model_;
    std::vector<bool> defined_;
    std::vector<std::string> assigned_;
    std::vector<std::pair<std::string, Span>> undeclared_;
    std::size_t declared_count_ = 0;
    int inlined_count_ = 0;
};

const Variable& Model::result() const {
    if (const Variable* variable = find(result_))
        return *variable;
    const std::vector<const Variable*> all = outputs();
    DS_ASSERT(!all.empty());
    return *all.front();
}

void Model::set_domain(std::string_view input, const Domain& domain) {
    Variable& variable = variables_[position(input)];
    DS_ASSERT(variable.is_input);
    variable.domain = domain;
}

std::optional<Model> Model::from_source(std::string_view source, const FormulaLibrary& library,
                                        Diagnostics& diagnostics) {
    ModelBuilder builder(library, diagnostics);
    builder.source(source);
    return builder.finish();
}

std::optional<Model> Model::from_declaration(const Declaration& declaration, const FormulaLibrary& library,
                                             Diagnostics& diagnostics) {
    ModelBuilder builder(library, diagnostics);
    builder.declaration(declaration, declaration_source(declaration));
    return builder.finish();
}

std::string Model::declaration_source(const Declaration& declaration) {
    std::string text;
    for (const std::string& equation : declaration.equations)
        text += equation + "\n";
    for (const auto& requirement : declaration.requirements)
        text += "require " + requirement.condition + " \"" + requirement.message + "\"\n";
    return text;
}

const Variable* Model::find(std::string_view name) const {
    for (const Variable& variable : variables_)
        if (variable.name == name)
            return &variable;
    return nullptr;
}

std::size_t Model::position(std::string_view name) const {
    const Variable* variable = find(name);
    DS_ASSERT(variable != nullptr);
    return static_cast<std::size_t>(variable - variables_.data());
}

std::vector<const Variable*> Model::inputs() const {
    std::vector<const Variable*> result;
    for (const Variable& variable : variables_)
        if (variable.is_input && !variable.is_internal)
            result.push_back(&variable);
    return result;
}

std::vector<const Variable*> Model::outputs() const {
    std::vector<const Variable*> result;
    for (const Equation& equation : equations_)
        if (!variables_[equation.variable].is_internal)
            result.push_back(&variables_[equation.variable]);
    return result;
}

}  // namespace dstudio::formula
