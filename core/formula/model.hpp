// A model: variables with dimensions, equations in the order in which they are computed, conditions under which they
// hold.
//
// It comes from a text in the language (a notebook, a calculator) or from a formula of the catalogue (variables
// declared with units and domains, equations in the language). Building it resolves every name and checks every
// dimension; a model that exists is free of such errors. Calls of catalogue formulas are replaced by their equations.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/unit.hpp"
#include "core/formula/diagnostic.hpp"
#include "core/formula/function.hpp"
#include "core/formula/syntax.hpp"

namespace dstudio::formula {

struct Variable {
    std::string name;
    std::string meaning;  // one line, may be empty
    std::string latex;    // may be empty: the name is typeset
    base::Unit unit;      // in which it is shown; its dimension is the variable's
    Domain domain;        // of its value or of each component, in base units
    bool is_list = false;
    bool is_input = true;      // not computed by an equation
    bool is_internal = false;  // made for the call of a catalogue formula
    std::string default_text;  // inputs: a value in the language; empty if there is none
};

struct Equation {
    std::string name;
    std::size_t variable = 0;
    NodePtr expression;
    Span span;
};

struct Requirement {
    NodePtr condition;
    std::string message;  // what it means when it does not hold
    Span span;
};

struct Correlation {
    std::string a;
    std::string b;
    double rank_correlation = 0;  // Spearman's, within (-1, 1)
    Span span;
};

class Model;

// The catalogue's formulas by identifier ("mm1_response" for mm1-response); null if there is none.
using FormulaLibrary = std::function<const Model*(std::string_view)>;

// What a formula of the catalogue declares.
struct Declaration {
    struct DeclaredVariable {
        std::string name{};
        std::string meaning{};
        std::string latex{};
        std::string unit = "1";
        std::string domain = "any";  // any, non-negative, positive, probability, count, positive-count
        std::string min{};           // in the language, as "1 ms"; empty: the domain's
        std::string max{};
        bool is_list = false;
        std::string default_text{};
    };
    struct DeclaredRequirement {
        std::string condition;
        std::string message;
    };
    std::vector<DeclaredVariable> variables;
    std::vector<std::string> equations;  // "name = expression"
    std::vector<DeclaredRequirement> requirements;
    std::string result;  // the output that a call without `.name` gives; empty: the first
};

class Model {
  public:
    // A text in the language. Null exactly if there are diagnostics.
    static std::optional<Model> from_source(std::string_view source, const FormulaLibrary& library,
                                            Diagnostics& diagnostics);

    // A formula of the catalogue. Diagnostics point into `declaration_source(declaration)`.
    static std::optional<Model> from_declaration(const Declaration& declaration, const FormulaLibrary& library,
                                                 Diagnostics& diagnostics);

    // Equations and requirements of a declaration as one text, a line each: what diagnostics of from_declaration count
    // in.
    static std::string declaration_source(const Declaration& declaration);

    [[nodiscard]] const std::vector<Variable>& variables() const { return variables_; }
    [[nodiscard]] const std::vector<Equation>& equations() const { return equations_; }
    [[nodiscard]] const std::vector<Requirement>& requirements() const { return requirements_; }
    [[nodiscard]] const std::vector<Correlation>& correlations() const { return correlations_; }

    [[nodiscard]] const Variable* find(std::string_view name) const;
    [[nodiscard]] std::size_t position(std::string_view name) const;  // REQUIRES: it exists
    // Inputs that a caller may give, outputs that it gets: without internal variables, in the order of the text.
    [[nodiscard]] std::vector<const Variable*> inputs() const;
    [[nodiscard]] std::vector<const Variable*> outputs() const;
    // A text in the language gives inputs no domain; what surrounds it may know one.
    // REQUIRES: the input exists.
    void set_domain(std::string_view input, const Domain& domain);
    // What a call without `.name` gives. REQUIRES: there is an output.
    [[nodiscard]] const Variable& result() const;

  private:
    friend class ModelBuilder;
    std::vector<Variable> variables_;
    std::vector<Equation> equations_;
    std::vector<Requirement> requirements_;
    std::vector<Correlation> correlations_;
    std::string result_;
};

// The dimension and shape of an expression.
struct Type {
    base::Dimension dimension{};
    bool is_list = false;
    bool is_truth = false;  // the result of a comparison
    bool is_zero = false;   // a literal 0 or infinity: fits every dimension
};

// A value in the language without free names: "8/s", "99.9%", "[1 ms, 2 ms]". Null exactly if there are diagnostics.
struct Constant {
    std::vector<double> components;
    bool is_list = false;
    Type type;
};
std::optional<Constant> evaluate_constant(std::string_view source, Diagnostics& diagnostics);
std::optional<Constant> evaluate_constant(const Node& expression, Diagnostics& diagnostics);

}  // namespace dstudio::formula
