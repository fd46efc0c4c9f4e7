#include "apps/http/accept_encoding.hpp"

#include <algorithm>
#include <optional>

#include "apps/http/octets.hpp"

namespace dstudio::http {
namespace {

// qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ), in thousandths; none if it is not one.
std::optional<int> parse_weight(std::string_view text) {
    if (text.empty() || (text[0] != '0' && text[0] != '1') || text.size() > 5)
        return std::nullopt;
    int weight = (text[0] - '0') * 1000;
    if (text.size() > 1 && text[1] != '.')
        return std::nullopt;
    int unit = 100;
    for (std::size_t i = 2; i < text.size(); ++i, unit /= 10) {
        if (!is_octet(text[i], octets::digit))
            return std::nullopt;
        weight += (text[i] - '0') * unit;
    }
    return weight <= 1000 ? std::optional(weight) : std::nullopt;
}

struct Element {
    std::string_view coding;
    int weight = 1000;
};

std::optional<Element> parse_element(std::string_view text) {
    const std::size_t semicolon = text.find(';');
    Element element{trim_ows(text.substr(0, semicolon)), 1000};
    if (semicolon != std::string_view::npos) {
        const std::string_view parameter = trim_ows(text.substr(semicolon + 1));
        if (parameter.size() < 2 || ascii_lower(parameter[0]) != 'q' || parameter[1] != '=')
            return std::nullopt;
        const auto weight = parse_weight(parameter.substr(2));
        if (!weight)
            return std::nullopt;
        element.weight = *weight;
    }
    return element;
}

}  // namespace

std::string_view encoding_name(Encoding encoding) {
    constexpr std::array<std::string_view, encoding_count> names{"", "gzip", "br"};
    return names[static_cast<std::size_t>(encoding)];
}

EncodingPreference parse_accept_encoding(std::string_view value) {
    constexpr int unnamed = -1;
    std::array<int, encoding_count> weights{unnamed, unnamed, unnamed};
    int others = unnamed;
    while (!value.empty()) {
        const std::size_t comma = value.find(',');
        const auto element = parse_element(value.substr(0, comma));
        value = comma == std::string_view::npos ? std::string_view{} : value.substr(comma + 1);
        if (!element)
            continue;
        const auto set = [&weights, &element](Encoding encoding) {
            weights[static_cast<std::size_t>(encoding)] = element->weight;
        };
        if (equals_ignoring_case(element->coding, "br"))
            set(Encoding::brotli);
        else if (equals_ignoring_case(element->coding, "gzip") || equals_ignoring_case(element->coding, "x-gzip"))
            set(Encoding::gzip);
        else if (equals_ignoring_case(element->coding, "identity"))
            set(Encoding::identity);
        else if (element->coding == "*")
            others = element->weight;
    }
    for (const Encoding encoding : {Encoding::gzip, Encoding::brotli})
        if (auto& weight = weights[static_cast<std::size_t>(encoding)]; weight == unnamed)
            weight = std::max(others, 0);
    // Unnamed, identity is acceptable, but behind whatever the client asked for.
    if (auto& weight = weights[0]; weight == unnamed)
        weight = others > 0 ? others : 0;

    EncodingPreference preference;
    preference.count = 0;
    for (const Encoding encoding : {Encoding::brotli, Encoding::gzip, Encoding::identity})
        if (encoding == Encoding::identity || weights[static_cast<std::size_t>(encoding)] > 0)
            preference.order[preference.count++] = encoding;
    std::stable_sort(preference.order.begin(), preference.order.begin() + preference.count,
                     [&weights](Encoding a, Encoding b) {
                         return weights[static_cast<std::size_t>(a)] > weights[static_cast<std::size_t>(b)];
                     });
    for (std::uint8_t i = 0; i < preference.count; ++i)
        preference.code =
            static_cast<std::uint8_t>(preference.code * 4 + static_cast<std::uint8_t>(preference.order[i]) + 1);
    return preference;
}

}  // namespace dstudio::http
