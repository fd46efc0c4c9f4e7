// Binds plain C++ functions to the language: from the signature, how a call's arguments reach it.
//
// `entry<erlang_c>("erlang_c", parameters, ...)` is the row of a table of functions. A table that is constexpr does not
// compile if the parameters differ from the signature in number, or in which of them are lists.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/formula/function.hpp"

namespace dstudio::formula::library {

inline constexpr double no_answer = std::numeric_limits<double>::quiet_NaN();

namespace detail {

template <class T>
T argument(std::span<const double> list) {
    if constexpr (std::is_same_v<T, double>)
        return list[0];
    else
        return list;
}

template <class... Ts, std::size_t... indices>
double call_with(double (*function)(Ts...), const Arguments& arguments, std::index_sequence<indices...>) {
    return function(argument<Ts>(arguments[indices])...);
}

template <class... Ts>
double call_with(double (*function)(Ts...), const Arguments& arguments) {
    return call_with(function, arguments, std::index_sequence_for<Ts...>{});
}

template <class... Ts>
constexpr bool matches(double (*)(Ts...), std::span<const Parameter> parameters) {
    const bool is_list[] = {!std::is_same_v<Ts, double>...};
    if (parameters.size() != sizeof...(Ts))
        return false;
    for (std::size_t i = 0; i < sizeof...(Ts); ++i)
        if (parameters[i].is_list != is_list[i])
            return false;
    return true;
}

void parameters_differ_from_the_signature();  // not constexpr and not defined: reaching it stops the compiler

}  // namespace detail

template <auto function>
double bound(const Arguments& arguments) {
    return detail::call_with(function, arguments);
}

template <auto function, std::size_t size>
constexpr Function entry(std::string_view name, const Parameter (&parameters)[size], std::string_view unit,
                         std::string_view summary, std::string_view source, std::string_view latex = {}) {
    if (!detail::matches(function, parameters))
        detail::parameters_differ_from_the_signature();
    return {name, parameters, unit, &bound<function>, summary, source, latex};
}

}  // namespace dstudio::formula::library
