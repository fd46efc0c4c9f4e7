#include <fmt/format.h>

#include <cstdio>

#include "apps/cli/commands.hpp"
#include "core/base/text.hpp"

namespace dstudio::cli {
namespace {

// One row per command path ("content check"): its subcommands and its flags. All three shells complete from this.
struct Row {
    std::string path;
    std::vector<std::pair<std::string, std::string>> words;  // word, description
};

void collect(const CLI::App* app, const std::string& path, std::vector<Row>& rows) {
    Row row{path, {}};
    for (const CLI::App* sub : app->get_subcommands([](const CLI::App* s) { return !s->get_group().empty(); }))
        row.words.emplace_back(sub->get_name(), sub->get_description());
    for (const CLI::Option* option : app->get_options())
        for (const std::string& name : option->get_lnames())
            row.words.emplace_back("--" + name, option->get_description());
    rows.push_back(std::move(row));
    for (const CLI::App* sub : app->get_subcommands([](const CLI::App* s) { return !s->get_group().empty(); }))
        collect(sub, path.empty() ? sub->get_name() : path + " " + sub->get_name(), rows);
}

std::string words_of(const Row& row) {
    std::string words;
    for (const auto& [word, unused] : row.words)
        words += (words.empty() ? "" : " ") + word;
    return words;
}

std::string bash(const std::vector<Row>& rows) {
    std::string script =
        "# bash completion for dstudio; put it into /usr/share/bash-completion/completions/dstudio\n"
        "_dstudio() {\n  local path='' word i\n"
        "  for ((i = 1; i < COMP_CWORD; i++)); do\n    word=${COMP_WORDS[i]}\n"
        "    [[ $word == -* ]] && continue\n    case \"$path $word\" in\n";
    for (const Row& row : rows)
        if (!row.path.empty()) {
            const std::size_t space = row.path.rfind(' ');
            const std::string parent = space == std::string::npos ? "" : row.path.substr(0, space);
            const std::string leaf = space == std::string::npos ? row.path : row.path.substr(space + 1);
            script += fmt::format("      '{} {}') path='{}' ;;\n", parent, leaf, row.path);
        }
    script += "    esac\n  done\n  case \"$path\" in\n";
    for (const Row& row : rows)
        script += fmt::format("    '{}') COMPREPLY=($(compgen -W '{}' -- \"${{COMP_WORDS[COMP_CWORD]}}\")) ;;\n",
                              row.path, words_of(row));
    return script + "  esac\n}\ncomplete -o default -F _dstudio dstudio\n";
}

std::string shell_word(std::string_view text) {
    std::string result = "'";
    for (const char c : text)
        result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

std::string zsh(const std::vector<Row>& rows) {
    std::string script =
        "#compdef dstudio\n# zsh completion for dstudio; put it into a folder of $fpath as _dstudio\n"
        "_dstudio() {\n  local path='' word\n  local -a choices\n"
        "  for word in ${words[2,CURRENT-1]}; do\n    [[ $word == -* ]] && continue\n    case \"${path:+$path }$word\" "
        "in\n";
    for (const Row& row : rows)
        if (!row.path.empty())
            script += fmt::format("      {}) path={} ;;\n", shell_word(row.path), shell_word(row.path));
    script += "    esac\n  done\n  case \"$path\" in\n";
    for (const Row& row : rows) {
        script += fmt::format("    {}) choices=(", shell_word(row.path));
        for (const auto& [word, description] : row.words) {
            std::string shown = description;
            for (char& c : shown)
                if (c == ':')
                    c = ',';
            script += fmt::format(" {}", shell_word(fmt::format("{}:{}", word, shown)));
        }
        script += " ) ;;\n";
    }
    return script + "  esac\n  _describe 'dstudio' choices || _files\n}\n_dstudio \"$@\"\n";
}

std::string fish(const std::vector<Row>& rows) {
    std::string script =
        "# fish completion for dstudio; put it into ~/.config/fish/completions/dstudio.fish\ncomplete -c dstudio -f\n";
    for (const Row& row : rows) {
        std::string condition = "__fish_use_subcommand";
        if (!row.path.empty()) {
            condition.clear();
            for (const std::string_view part : base::split(row.path, ' '))
                condition += (condition.empty() ? "" : "; and ") + fmt::format("__fish_seen_subcommand_from {}", part);
        }
        for (const auto& [word, description] : row.words)
            script += fmt::format("complete -c dstudio -n {} {} {} -d {}\n", shell_word(condition),
                                  word.starts_with("--") ? "-l" : "-a", word.starts_with("--") ? word.substr(2) : word,
                                  shell_word(description));
    }
    return script;
}

}  // namespace

void add_completion_command(CLI::App& app) {
    auto shell = std::make_shared<std::string>();
    CLI::App* completion = app.add_subcommand("completion", "Print the completion script of a shell");
    completion->add_option("shell", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    completion->footer("Example:\n  source <(dstudio completion bash)");
    completion->callback([&app, shell] {
        std::vector<Row> rows;
        collect(&app, "", rows);
        std::fputs((*shell == "bash" ? bash(rows) : *shell == "zsh" ? zsh(rows) : fish(rows)).c_str(), stdout);
    });
}

}  // namespace dstudio::cli
