#include "apps/cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "core/base/text.hpp"

namespace dstudio::cli {
namespace {

constexpr std::size_t width_max = 100;  // longer lines are hard to read
constexpr std::size_t width_min = 40;

const char* escape_of(Style style) {
    switch (style) {
        case Style::heading:
            return "\033[1m";
        case Style::label:
            return "\033[36m";
        case Style::dim:
            return "\033[2m";
        case Style::good:
            return "\033[32m";
        case Style::warning:
            return "\033[33m";
        case Style::mark:
            return "\033[1;33m";
    }
    return "";
}

}  // namespace

Terminal::Terminal() {
    interactive_ = ::isatty(STDOUT_FILENO) == 1;
    colour_ = interactive_ && std::getenv("NO_COLOR") == nullptr;
    winsize size{};
    std::size_t columns = 0;
    if (interactive_ && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        columns = size.ws_col;
        height_ = size.ws_row > 0 ? size.ws_row : height_;
    }
    if (columns == 0)
        if (const char* text = std::getenv("COLUMNS"))
            columns = static_cast<std::size_t>(std::max(0L, std::strtol(text, nullptr, 10)));
    if (columns > 0)
        width_ = std::clamp(columns, width_min, width_max);
}

std::string Terminal::styled(Style style, std::string_view text) const {
    return colour_ ? escape_of(style) + std::string(text) + "\033[0m" : std::string(text);
}

std::string Terminal::wrapped(std::string_view text, std::size_t indent) const {
    const std::string margin(indent, ' ');
    const std::size_t room = width_ > indent + width_min / 2 ? width_ - indent : width_min / 2;
    std::string result;
    for (const std::string_view paragraph : base::split(text, '\n')) {
        std::size_t used = 0;
        std::string line = margin;
        for (const std::string_view word : base::split(paragraph, ' ')) {
            if (word.empty())
                continue;
            const std::size_t size = display_width(word);
            if (used > 0 && used + 1 + size > room) {
                result += line + "\n";
                line = margin;
                used = 0;
            }
            if (used > 0) {
                line += ' ';
                ++used;
            }
            line += word;
            used += size;
        }
        result += line + "\n";
    }
    return result;
}

void Terminal::show(const std::string& text) const {
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    if (interactive_ && lines + 1 > height_) {
        const char* wanted = std::getenv("PAGER");
        const std::string pager = wanted != nullptr && *wanted != '\0' ? wanted : "less -FRX";
        // A reader may quit the pager before the end: that is no failure.
        std::signal(SIGPIPE, SIG_IGN);
        if (FILE* pipe = ::popen(pager.c_str(), "w")) {
            const bool sent = std::fwrite(text.data(), 1, text.size(), pipe) == text.size();
            const int status = ::pclose(pipe);
            constexpr int command_not_found = 127;
            if (sent || WEXITSTATUS(status) != command_not_found)
                return;
        }
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\033') {  // an escape sequence takes no room
            while (i < text.size() && text[i] != 'm')
                ++i;
            continue;
        }
        if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80)
            ++width;
    }
    return width;
}

}  // namespace dstudio::cli
