#include "services/catalog/stats.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace dstudio::catalog {
namespace {

using nlohmann::ordered_json;

// "E07", as against the extra episodes "SEC01", "TST02", "ECO01".
bool is_numbered_episode(const Entry& episode) {
    const std::string code = episode.fields.value("code", "");
    return code.size() > 1 && code[0] == 'E' && code[1] >= '0' && code[1] <= '9';
}

class Counter {
  public:
    Counter(const Content& content, const CrossReferences& references) : content_(content), references_(references) {}

    ordered_json run() {
        ordered_json stats;
        stats["content_hash"] = content_.hash;
        stats["entries"] = {{"total", content_.entries.size()}, {"by_kind", by_kind()}};
        stats["concepts"] = concepts();
        stats["patterns"] = {
            {"total", count("pattern")},
            {"series_own", count("pattern", [](const Entry& e) { return e.status == "series"; })},
            {"variants", variants()},
            {"by_category", by("pattern", [](const Entry& e) { return e.category; })},
            {"by_tier", by("pattern", [](const Entry& e) { return e.tier.empty() ? std::string("none") : e.tier; })}};
        stats["episodes"] = {{"total", count("episode")},
                             {"numbered", count("episode", is_numbered_episode)},
                             {"extra", count("episode", [](const Entry& e) { return !is_numbered_episode(e); })},
                             {"scripted", count("episode", [](const Entry& e) { return e.status == "scripted"; })},
                             {"planned", count("episode", [](const Entry& e) { return e.status == "planned"; })},
                             {"hours", hours()}};
        stats["formulas"] = {{"total", count("formula")},
                             {"by_claim_status", by("formula", [](const Entry& e) { return e.status; })}};
        stats["incidents"] = {{"total", count("incident") + count("success")},
                              {"by_record", by_cases([](const Entry& e) { return e.status; })},
                              {"by_doubt_level", by_cases([](const Entry& e) {
                                   return e.fields["series_claim"].value("doubt_level", "none");
                               })}};
        stats["combinations"] = {{"total", count("combination")},
                                 {"by_relation", by("combination", [](const Entry& e) { return e.category; })}};
        stats["per_episode"] = per_episode();
        stats["references"] = references();
        stats["sources"] = sources();
        stats["gaps"] = gaps();
        return stats;
    }

  private:
    using Key = std::function<std::string(const Entry&)>;
    using Filter = std::function<bool(const Entry&)>;

    std::size_t count(
        std::string_view kind, const Filter& filter = [](const Entry&) { return true; }) const {
        return static_cast<std::size_t>(
            std::count_if(content_.entries.begin(), content_.entries.end(),
                          [&](const Entry& e) { return e.ref.kind->name == kind && filter(e); }));
    }

    static void add(ordered_json& counts, const std::string& key) { counts[key] = counts.value(key, 0) + 1; }

    ordered_json by_kind() const {
        ordered_json counts = ordered_json::object();
        for (const Kind& kind : kinds())
            counts[std::string(kind.plural)] = count(kind.name);
        return counts;
    }

    ordered_json by(std::string_view kind, const Key& key) const {
        ordered_json counts = ordered_json::object();
        for (const Entry& entry : content_.entries)
            if (entry.ref.kind->name == kind)
                add(counts, key(entry));
        return counts;
    }

    ordered_json by_cases(const Key& key) const {
        ordered_json counts = by("incident", key);
        const ordered_json successes = by("success", key);
        for (const auto& [name, n] : successes.items())
            counts[name] = counts.value(name, 0) + n.get<int>();
        return counts;
    }

    ordered_json concepts() const {
        const std::size_t total = count("concept");
        const std::size_t security = count("concept", [](const Entry& e) { return e.category == "security-trust"; });
        ordered_json taught{{"L1", 0}, {"L2", 0}, {"L3", 0}, {"L4", 0}, {"L5", 0}};
        for (const Entry& entry : content_.entries)
            if (entry.ref.kind->name == "concept")
                for (const auto& [level, unused] : entry.fields["depth"].items())
                    add(taught, level);
        return {{"total", total},
                {"by_category", by("concept", [](const Entry& e) { return e.category; })},
                {"by_level", by("concept", [](const Entry& e) { return e.level; })},
                {"by_taught_level", taught},
                {"security", security},
                {"security_share", total == 0 ? 0.0 : static_cast<double>(security) / static_cast<double>(total)}};
    }

    std::size_t variants() const {
        std::size_t n = 0;
        for (const Entry& entry : content_.entries)
            if (entry.ref.kind->name == "pattern" && entry.fields.contains("variants"))
                n += entry.fields["variants"].size();
        return n;
    }

    double hours() const {
        double sum = 0;
        for (const Entry& entry : content_.entries)
            if (entry.ref.kind->name == "episode")
                sum += entry.fields.value("hours", 0.0);
        return sum;
    }

    // Entries that an episode names, or that name the episode, by kind.
    ordered_json per_episode() const {
        ordered_json list = ordered_json::array();
        for (std::size_t i = 0; i < content_.entries.size(); ++i) {
            if (content_.entries[i].ref.kind->name != "episode")
                continue;
            std::map<std::string_view, std::set<std::size_t>> linked;
            for (const std::size_t edge : references_.outgoing(i))
                linked[content_.entries[references_.edges()[edge].to].ref.kind->name].insert(
                    references_.edges()[edge].to);
            for (const std::size_t edge : references_.incoming(i))
                linked[content_.entries[references_.edges()[edge].from].ref.kind->name].insert(
                    references_.edges()[edge].from);
            ordered_json row{{"ref", content_.entries[i].ref.text()}, {"name", content_.entries[i].name}};
            for (const auto& [kind, plural] : {std::pair("concept", "concepts"),
                                               {"pattern", "patterns"},
                                               {"incident", "incidents"},
                                               {"success", "successes"},
                                               {"formula", "formulas"},
                                               {"company", "companies"}})
                row[plural] = linked[kind].size();
            list.push_back(std::move(row));
        }
        return list;
    }

    ordered_json references() const {
        std::map<std::string, std::size_t> relations;
        for (const CrossReferences::Edge& edge : references_.edges())
            ++relations[edge.relation];
        return {{"total", references_.edges().size()}, {"by_relation", relations}};
    }

    ordered_json sources() const {
        std::size_t total = 0;
        std::set<std::string> distinct;
        for (const Entry& entry : content_.entries)
            for (const auto& source : entry.sources)
                if (source.contains("title")) {
                    ++total;
                    distinct.insert(source["title"].get<std::string>() + "|" + std::to_string(source.value("year", 0)));
                }
        return {{"total", total}, {"distinct", distinct.size()}};
    }

    bool linked_with(std::size_t entry, std::string_view kind) const {
        for (const std::size_t edge : references_.outgoing(entry))
            if (content_.entries[references_.edges()[edge].to].ref.kind->name == kind)
                return true;
        for (const std::size_t edge : references_.incoming(entry))
            if (content_.entries[references_.edges()[edge].from].ref.kind->name == kind)
                return true;
        return false;
    }

    ordered_json gap(const std::function<bool(std::size_t)>& is_gap) const {
        ordered_json list = ordered_json::array();
        for (std::size_t i = 0; i < content_.entries.size(); ++i)
            if (is_gap(i))
                list.push_back(content_.entries[i].ref.text());
        return list;
    }

    ordered_json gaps() const {
        const auto kind_of = [this](std::size_t i) { return content_.entries[i].ref.kind->name; };
        return {
            {"concepts_without_episode",
             gap([&](std::size_t i) { return kind_of(i) == "concept" && !linked_with(i, "episode"); })},
            {"patterns_without_scenario",
             gap([&](std::size_t i) { return kind_of(i) == "pattern" && !linked_with(i, "scenario"); })},
            {"patterns_without_episode",
             gap([&](std::size_t i) { return kind_of(i) == "pattern" && !linked_with(i, "episode"); })},
            {"patterns_without_incident", gap([&](std::size_t i) {
                 return kind_of(i) == "pattern" && !linked_with(i, "incident") && !linked_with(i, "success");
             })},
            {"entries_without_literature", gap([&](std::size_t i) { return !content_.entries[i].has_literature(); })},
            {"entries_disputed", gap([&](std::size_t i) { return !content_.entries[i].disputed.empty(); })},
            {"entries_not_referenced", gap([&](std::size_t i) { return references_.incoming(i).empty(); })}};
    }

    const Content& content_;
    const CrossReferences& references_;
};

}  // namespace

ordered_json stats_json(const Content& content, const CrossReferences& references) {
    return Counter(content, references).run();
}

}  // namespace dstudio::catalog
