// The fields that every answer carries to keep browsers from doing more with it than is meant.
#pragma once

#include <string_view>

namespace dstudio::http {

inline constexpr std::string_view common_security_fields =
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: strict-origin-when-cross-origin\r\n";

// Pages bring their own script and style policy in a meta element, with the hashes of their inline scripts (SvelteKit
// writes it). This one adds what a meta element cannot say or should not be alone in saying; browsers apply both.
inline constexpr std::string_view page_security_fields =
    "Content-Security-Policy: frame-ancestors 'none'; base-uri 'self'; object-src 'none'; form-action 'self'\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()\r\n";

// Data: opened as a document, it may load and run nothing.
inline constexpr std::string_view data_security_fields =
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n";

}  // namespace dstudio::http
