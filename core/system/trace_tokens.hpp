// The tokens of OTLP's JSON made spans: where in a document a token stands tells what it means.
//
// Keys are known in camel and in snake case; what stands under unknown ones is passed over.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "core/system/trace_spans.hpp"

namespace dstudio::system {

class TraceHandler : public nlohmann::json_sax<nlohmann::json> {
  public:
    // Before each text: what an unfinished one has left is forgotten.
    virtual void begin() = 0;

    // Why the last text was refused.
    [[nodiscard]] virtual const std::string& message() const = 0;
    // Of all texts so far.
    [[nodiscard]] virtual bool has_resource_spans() const = 0;
    [[nodiscard]] virtual const std::string& first_key() const = 0;
};

// Adds to `into`, which outlives it.
std::unique_ptr<TraceHandler> trace_handler(TraceSpans& into);

}  // namespace dstudio::system
