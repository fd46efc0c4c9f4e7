// Any text as a model: it is refused with diagnostics inside the text, or it can be printed, parsed again and
// evaluated.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/formula/evaluate.hpp"
#include "core/formula/latex.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace dstudio::formula;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    Diagnostics diagnostics;
    const auto model = Model::from_source(text, {}, diagnostics);
    if (model.has_value() != diagnostics.empty())
        std::abort();
    for (const Diagnostic& diagnostic : diagnostics) {
        if (diagnostic.span.begin > diagnostic.span.end || diagnostic.span.end > size || diagnostic.message.empty())
            std::abort();
        (void)diagnostic_text(text, diagnostic);
    }
    diagnostics.clear();
    if (const NodePtr node = parse_expression(text, diagnostics)) {
        const NodePtr again = parse_expression(expression_text(*node), diagnostics);
        if (again == nullptr || !same_structure(*node, *again))
            std::abort();
    }
    if (!model)
        return 0;
    for (const Equation& equation : model->equations())
        (void)equation_latex(*model, equation);
    if (const auto bindings = bind_inputs(*model, {}))
        (void)evaluate(*model, *bindings);
    return 0;
}
