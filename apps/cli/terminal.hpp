// Printing for people: width, colour, wrapping, paging. What is not a terminal gets plain text without paging.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dstudio::cli {

enum class Style { heading, label, dim, good, warning, mark };

class Terminal {
  public:
    // Looks at standard output, NO_COLOR, COLUMNS and the window's size.
    Terminal();

    [[nodiscard]] std::size_t width() const { return width_; }
    [[nodiscard]] bool is_interactive() const { return interactive_; }
    [[nodiscard]] std::string styled(Style style, std::string_view text) const;

    // Prose wrapped at the width, each line indented. Existing line breaks stay.
    [[nodiscard]] std::string wrapped(std::string_view text, std::size_t indent) const;

    // Writes to standard output, through $PAGER (default `less -FRX`) when that is a terminal and the text is higher
    // than it.
    void show(const std::string& text) const;

  private:
    std::size_t width_ = 80;
    std::size_t height_ = 24;
    bool interactive_ = false;
    bool colour_ = false;
};

// Characters that a terminal shows for UTF-8 text (code points; the content has no wide ones).
std::size_t display_width(std::string_view text);

}  // namespace dstudio::cli
