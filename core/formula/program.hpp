// Bytecode: a model's equations over columns of numbers, a lane for each sample or point of a sweep.
//
// A program is compiled for the lengths that the lists of one call have, so that all list work is unrolled and each
// register is one column. What does not depend on a varying input is computed once, in one lane. Both arms of a choice
// are computed and one is picked; a sum over a range runs to the longest range of its lanes, with the others masked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/formula/builtin.hpp"
#include "core/formula/function.hpp"
#include "core/formula/model.hpp"

namespace dstudio::formula {

using Register = std::uint32_t;

enum class Op : std::uint8_t {
    constant,
    add,
    subtract,
    multiply,
    divide,
    power,
    square,
    negate,
    less,
    less_equal,
    greater,
    greater_equal,
    equal,
    not_equal,
    and_,
    or_,
    not_,
    choose,  // a ? b : c
    min,
    max,
    abs,
    sqrt,
    exp,
    ln,
    log2,
    log10,
    floor,
    ceil,
    round,
    sin,
    cos,
    tan,
    pick,  // arguments[a - 1], NaN beyond
    call,  // function(arguments by lengths)
    loop,  // out = fold over counter from a to b of block's result
};

struct Instruction {
    Op op = Op::constant;
    Register out = 0;
    Register a = 0;
    Register b = 0;
    Register c = 0;
    double value = 0;                      // constant
    const Function* function = nullptr;    // call
    std::vector<Register> arguments{};     // call, pick
    std::vector<std::uint32_t> lengths{};  // call: of each parameter
    std::vector<Instruction> block{};      // loop: sets register c from the counter in `counter`
    Register counter = 0;                  // loop
    Op fold = Op::add;                     // loop: add, multiply, min, max
    Span span{};
};

inline constexpr std::size_t lanes_max = 256;  // of one run; a power of two, so that loops vectorise
inline constexpr std::size_t register_count_max = 50'000;
inline constexpr double loop_count_max = 100'000;

class Program {
  public:
    // Lengths by variable: of inputs only; a scalar has length 1. Errors: invalid_argument for lists that do not fit
    // together, or a program that gets too large.
    static base::Result<Program> compile(const Model& model, std::span<const std::size_t> input_lengths);

    // One expression without free names; its registers are those of variable 0.
    static base::Result<Program> compile_constant(const Node& expression);

    // The registers that hold a variable's components.
    [[nodiscard]] const std::vector<Register>& registers(std::size_t variable) const { return of_variable_[variable]; }
    [[nodiscard]] const std::vector<Register>& requirement_registers() const { return requirements_; }
    [[nodiscard]] std::size_t register_count() const { return register_count_; }
    [[nodiscard]] const std::vector<Instruction>& instructions() const { return instructions_; }

  private:
    friend class Compiler;
    std::vector<Instruction> instructions_;
    std::vector<std::vector<Register>> of_variable_;
    std::vector<Register> requirements_;
    std::size_t register_count_ = 0;
};

// One execution of a program: set the inputs' columns, run, read the outputs' columns.
class Machine {
  public:
    explicit Machine(const Program& program);

    // The same in all lanes.
    void set_constant(Register input, double value);
    // Varies over the lanes; fill `column(input)` before each run.
    void set_varying(Register input);
    // To be called when all inputs are set: computes what does not vary.
    void prepare();

    [[nodiscard]] std::span<double> column(Register index) { return {&columns_[index * lanes_max], lanes_max}; }
    // REQUIRES: 1 <= lanes <= lanes_max.
    void run(std::size_t lanes);

  private:
    const Program& program_;
    std::vector<double> columns_;
    std::vector<std::uint8_t> varies_;
    std::vector<const Instruction*> varying_;
};

}  // namespace dstudio::formula
