#include <fmt/format.h>

#include <cstdio>

#include "apps/cli/commands.hpp"
#include "core/base/text.hpp"

namespace dstudio::cli {
namespace {

// Text for roff: hyphens stay hyphens, a leading dot or quote is no request.
std::string roff(std::string_view text) {
    std::string result;
    bool line_start = true;
    for (const char c : text) {
        if (line_start && (c == '.' || c == '\''))
            result += "\\&";
        if (c == '\\')
            result += "\\e";
        else if (c == '-')
            result += "\\-";
        else
            result += c;
        line_start = c == '\n';
    }
    return result;
}

void command(const CLI::App* app, const std::string& path, std::string& page) {
    const auto subcommands = app->get_subcommands([](const CLI::App* s) { return !s->get_group().empty(); });
    if (subcommands.empty()) {
        std::string synopsis = "dstudio " + path;
        for (const CLI::Option* option : app->get_options())
            if (option->get_positional())
                synopsis += option->get_required() ? " " + option->get_name(true) : " [" + option->get_name(true) + "]";
        page += fmt::format(".SS \"{} [options]\"\n{}.\n", roff(synopsis), roff(app->get_description()));
        for (const CLI::Option* option : app->get_options()) {
            const std::string name = option->get_name(option->get_positional(), true);
            std::string value = option->get_default_str();
            page += fmt::format(".TP\n.B {}\n{}.{}\n", roff(name), roff(option->get_description()),
                                value.empty() ? "" : roff(" Default: " + value + "."));
        }
        if (!app->get_footer().empty())
            page += ".PP\n.nf\n" + roff(app->get_footer()) + "\n.fi\n";
    }
    for (const CLI::App* sub : subcommands)
        command(sub, path.empty() ? sub->get_name() : path + " " + sub->get_name(), page);
}

}  // namespace

void add_man_command(CLI::App& app) {
    CLI::App* man = app.add_subcommand("man", "Print the manual page");
    man->footer("Example:\n  dstudio man | man -l -");
    man->callback([&app] {
        std::string page = fmt::format(
            ".TH DSTUDIO 1 \"\" \"dstudio {}\" \"User Commands\"\n.SH NAME\ndstudio \\- distributed systems, sourced, "
            "searchable and linked\n"
            ".SH SYNOPSIS\n.B dstudio\n.I command\n[options]\n.SH DESCRIPTION\n{}\n.SH COMMANDS\n",
            DSTUDIO_VERSION, roff(app.get_description()));
        command(&app, "", page);
        page +=
            ".SH EXIT STATUS\n.TP\n.B 0\nSuccess.\n.TP\n.B 1\nA negative result: nothing found, or errors in the "
            "content.\n.TP\n.B 2\nWrong use.\n.TP\n.B 3\n"
            "The environment failed: a file cannot be read or written, an address is taken.\n"
            ".SH ENVIRONMENT\n.TP\n.B DSTUDIO_PACK, DSTUDIO_CONTENT, DSTUDIO_WEB\nDefaults for \\-\\-pack, "
            "\\-\\-content and \\-\\-web.\n.TP\n.B PAGER, NO_COLOR, COLUMNS\nHow entries are shown on a terminal.\n";
        std::fputs(page.c_str(), stdout);
    });
}

}  // namespace dstudio::cli
