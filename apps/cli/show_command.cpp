#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "apps/cli/commands.hpp"
#include "apps/cli/terminal.hpp"
#include "services/catalog/catalog.hpp"

namespace dstudio::cli {
namespace {

using nlohmann::ordered_json;

// Lays an entry's JSON out as a page for reading. One method per shape of value, not per kind: a new field is shown
// without new code.
class Page {
  public:
    explicit Page(const Terminal& terminal) : terminal_(terminal) {}

    std::string render(const ordered_json& entry) {
        head(entry);
        for (const auto& [key, value] : entry["fields"].items())
            if (!is_reference_list(value))
                field(key, value);
        if (entry.contains("analysis"))
            analysis(entry["analysis"]);
        links("Refers to", entry["links"]);
        links("Referred to by", entry["backlinks"]);
        sources(entry["sources"]);
        return std::move(text_);
    }

  private:
    static std::string title_of(std::string key) {
        for (char& c : key)
            if (c == '_')
                c = ' ';
        if (!key.empty() && key[0] >= 'a' && key[0] <= 'z')
            key[0] = static_cast<char>(key[0] - 'a' + 'A');
        return key;
    }

    static bool is_reference_list(const ordered_json& value) {
        return value.is_array() && !value.empty() && value[0].is_string() &&
               catalog::parse_ref(value[0].get<std::string>()).has_value();
    }

    static std::string scalar(const ordered_json& value) {
        if (value.is_string())
            return value.get<std::string>();
        if (value.is_boolean())
            return value.get<bool>() ? "yes" : "no";
        return value.is_null() ? "-" : value.dump();
    }

    void heading(std::string_view title) { text_ += "\n" + terminal_.styled(Style::heading, title) + "\n"; }

    void head(const ordered_json& entry) {
        text_ += terminal_.styled(Style::heading, entry["name"].get<std::string>()) + "  " +
                 terminal_.styled(Style::label, entry["ref"].get<std::string>()) + "\n";
        std::string facts;
        for (const char* key : {"category", "level", "tier", "status", "year"})
            if (!entry[key].is_null())
                facts += (facts.empty() ? "" : " · ") + scalar(entry[key]);
        if (!entry["aliases"].empty()) {
            facts += (facts.empty() ? "" : " · ") + std::string("also: ");
            for (std::size_t i = 0; i < entry["aliases"].size(); ++i)
                facts += (i == 0 ? "" : ", ") + entry["aliases"][i].get<std::string>();
        }
        if (!facts.empty())
            text_ += terminal_.styled(Style::dim, terminal_.wrapped(facts, 0));
        text_ += "\n" + terminal_.wrapped(entry["summary"].get<std::string>(), 0);
        if (!entry["disputed"].is_null())
            text_ += "\n" + terminal_.styled(Style::warning, "Disputed: ") +
                     terminal_.wrapped(entry["disputed"].get<std::string>(), 2).substr(2);
    }

    void field(const std::string& key, const ordered_json& value) {
        if (key == "latex")
            return;  // for typesetting; the plain expression stands beside it
        if (value.is_primitive()) {
            const std::string text = scalar(value);
            constexpr std::size_t short_value = 40;
            if (text.size() <= short_value) {
                if (!text_.ends_with("\n\n") && !after_short_)
                    text_ += "\n";
                text_ += terminal_.styled(Style::label, title_of(key)) + ": " + text + "\n";
                after_short_ = true;
                return;
            }
        }
        after_short_ = false;
        heading(title_of(key));
        nested(value, 2);
    }

    void nested(const ordered_json& value, std::size_t indent) {
        if (value.is_primitive()) {
            text_ += terminal_.wrapped(scalar(value), indent);
        } else if (value.is_array()) {
            for (const auto& item : value)
                bullet(item, indent);
        } else {
            for (const auto& [key, member] : value.items()) {
                if (key == "latex")
                    continue;
                if (member.is_primitive()) {
                    labelled(title_of(key), scalar(member), indent);
                } else {
                    text_ += std::string(indent, ' ') + terminal_.styled(Style::label, title_of(key)) + "\n";
                    nested(member, indent + 2);
                }
            }
        }
    }

    void labelled(const std::string& label, const std::string& value, std::size_t indent) {
        // Wrapped as one text, so that the label takes its room on the first line.
        const std::string wrapped = terminal_.wrapped(label + ": " + value, indent);
        text_ +=
            std::string(indent, ' ') + terminal_.styled(Style::label, label) + wrapped.substr(indent + label.size());
    }

    void bullet(const ordered_json& item, std::size_t indent) {
        if (item.is_object() && item.contains("ref")) {  // a step: the reference, and what for
            std::string line = "- " + item["ref"].get<std::string>();
            for (const auto& [key, member] : item.items())
                if (key != "ref")
                    line += ": " + scalar(member);
            text_ += terminal_.wrapped(line, indent);
            return;
        }
        const std::size_t start = text_.size();
        nested(item, indent + 2);
        if (text_.size() > start + indent)
            text_[start + indent] = '-';
    }

    void analysis(const ordered_json& analysis) {
        const auto names = [](const ordered_json& list) {
            std::string text;
            for (const auto& link : list)
                text += (text.empty() ? "" : ", ") + link["name"].get<std::string>();
            return text;
        };
        if (analysis.contains("needs_all") && !analysis["needs_all"].empty()) {
            heading("Before it, in this order");
            text_ += terminal_.wrapped(names(analysis["needs_all"]), 2);
        }
        if (analysis.contains("unlocks") && !analysis["unlocks"].empty()) {
            heading("It opens");
            text_ += terminal_.wrapped(names(analysis["unlocks"]), 2);
        }
        if (!analysis.contains("broken"))
            return;
        heading("Counted");
        text_ +=
            fmt::format("  {} episodes, {} hours", analysis["episodes"].get<int>(), analysis["hours"].get<double>());
        if (!analysis["weeks"].is_null())
            text_ += fmt::format(", {} weeks", analysis["weeks"].get<double>());
        text_ += "\n";
        if (analysis["broken"].empty()) {
            text_ += "  " + terminal_.styled(Style::good, "every prerequisite is met") + "\n";
            return;
        }
        heading("Prerequisites that this order does not meet");
        for (const auto& gap : analysis["broken"])
            text_ += terminal_.wrapped(
                gap["step"]["name"].get<std::string>() + " needs " + gap["needs"]["name"].get<std::string>(), 2);
        heading(fmt::format("Repaired order ({} hours)", analysis["repaired_hours"].get<double>()));
        int number = 0;
        for (const auto& step : analysis["repaired"])
            text_ += fmt::format("  {:>2}. {}{}\n", ++number, step["step"]["name"].get<std::string>(),
                                 step["inserted"].get<bool>() ? terminal_.styled(Style::warning, "  (inserted)") : "");
    }

    void links(std::string_view title, const ordered_json& list) {
        if (list.empty())
            return;
        heading(title);
        std::vector<std::pair<std::string, std::string>> by_relation;
        for (const auto& link : list) {
            const auto relation = link["relation"].get<std::string>();
            const auto ref = link["ref"].get<std::string>();
            const auto at = std::find_if(by_relation.begin(), by_relation.end(),
                                         [&](const auto& group) { return group.first == relation; });
            if (at == by_relation.end())
                by_relation.emplace_back(relation, ref);
            else
                at->second += ", " + ref;
        }
        for (const auto& [relation, refs] : by_relation)
            labelled(title_of(relation), refs, 2);
    }

    void sources(const ordered_json& list) {
        heading("Sources");
        int number = 0;
        for (const auto& source : list) {
            std::string line = fmt::format("{}. ", ++number);
            if (source.contains("series")) {
                line += "the series: " + source["series"].get<std::string>();
            } else {
                if (source.contains("authors"))
                    line += source["authors"].get<std::string>() + ": ";
                line += source["title"].get<std::string>();
                if (source.contains("where"))
                    line += ", " + source["where"].get<std::string>();
                if (source.contains("year"))
                    line += fmt::format(", {}", source["year"].get<int>());
                if (source.contains("url"))
                    line += " <" + source["url"].get<std::string>() + ">";
            }
            text_ += terminal_.wrapped(line, 2);
        }
    }

    const Terminal& terminal_;
    std::string text_;
    bool after_short_ = false;  // short fields stand together, without blank lines between
};

}  // namespace

void add_show_command(CLI::App& app, Common& common) {
    auto what = std::make_shared<std::string>();
    CLI::App* show = app.add_subcommand("show", "Read one entry");
    show->add_option("entry", *what,
                     "Reference such as pattern:circuit-breaker, or an id or name if only one entry has it")
        ->required();
    show->add_option("--pack", common.pack, "Catalogue pack to read")->capture_default_str();
    show->add_flag("--json", common.json, "Print one JSON document");
    show->footer(
        "Exit code 1 if there is no such entry.\n\nExamples:\n  dstudio show pattern:circuit-breaker\n  dstudio show "
        "path:new-grad          its broken prerequisites, and a repaired order\n  dstudio show formula:littles-law "
        "--json");
    show->callback([&common, what] {
        const auto catalogue = value_or_end(catalog::Catalog::open(common.pack));
        const catalog::Brief* brief = value_or_end(catalogue.resolve(*what));
        if (common.json) {
            std::printf("%s\n", std::string(catalogue.entry_json(*brief)).c_str());
            return;
        }
        const Terminal terminal;
        terminal.show(Page(terminal).render(ordered_json::parse(catalogue.entry_json(*brief))));
    });
}

}  // namespace dstudio::cli
