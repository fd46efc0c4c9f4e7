#include "services/catalog/content_check.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/date.hpp"
#include "core/base/digraph.hpp"
#include "core/base/text.hpp"
#include "services/catalog/formulas.hpp"
#include "services/catalog/prices.hpp"

namespace dstudio::catalog {
namespace {

using nlohmann::ordered_json;

class Checker {
  public:
    Checker(const Content& content, Diagnostics& diagnostics) : content_(content), diagnostics_(diagnostics) {}

    void run() {
        check_duplicates();
        for (const Entry& entry : content_.entries) {
            check_vocabulary(entry);
            check_references(entry);
            check_sources(entry);
            check_dates(entry);
            check_depth(entry);
        }
        for (const Kind& kind : kinds())
            if (kind.graph_relation == "prerequisites")
                check_cycles(kind);
        check_counterparts();
        check_eras();
        check_formulas(content_, diagnostics_);
        check_prices(content_, diagnostics_);
    }

  private:
    void report(const Entry& entry, std::string_view pointer, std::string_view rule, std::string message,
                std::string hint = {}) {
        diagnostics_.push_back({entry.file, entry.front.line_of(pointer), rule, std::move(message), std::move(hint)});
    }

    // An id belongs to one entry of its kind, counting the ids of variants; a name to one entry of its kind.
    void check_duplicates() {
        std::map<std::string, const Entry*> ids;
        std::map<std::string, const Entry*> names;
        for (const Entry& entry : content_.entries) {
            const auto [at, is_new] = ids.emplace(entry.ref.text(), &entry);
            if (!is_new)
                report(entry, "/id", "duplicate-id", "id '" + entry.ref.id + "' is also that of " + at->second->file,
                       "ids are unique within a kind");
            const auto [name_at, name_is_new] =
                names.emplace(std::string(entry.ref.kind->name) + ":" + base::to_lower(entry.name), &entry);
            if (!name_is_new)
                report(entry, "/name", "duplicate-name",
                       "name '" + entry.name + "' is also that of " + name_at->second->file,
                       "give one of them a telling name");
        }
        for (const Entry& entry : content_.entries) {
            if (!entry.fields.contains("variants"))
                continue;
            std::size_t index = 0;
            for (const auto& variant : entry.fields["variants"]) {
                const std::string pointer = "/variants/" + std::to_string(index++) + "/id";
                if (!variant.contains("id"))
                    continue;
                const auto id = variant["id"].get<std::string>();
                const auto [at, is_new] = ids.emplace(std::string(entry.ref.kind->name) + ":" + id, &entry);
                if (!is_new)
                    report(entry, pointer, "duplicate-id", "variant id '" + id + "' is also in " + at->second->file,
                           "ids are unique within a kind");
            }
        }
    }

    void check_member(const Entry& entry, std::string_view pointer, std::string_view rule, std::string_view what,
                      const std::string& value, const ordered_json& vocabulary) {
        std::vector<std::string_view> known;
        for (const auto& item : vocabulary) {
            known.push_back(item["id"].get_ref<const std::string&>());
            if (known.back() == value)
                return;
        }
        const auto near = base::nearest(value, known);
        std::string all;
        for (const std::string_view id : known)
            all += (all.empty() ? "" : ", ") + std::string(id);
        report(entry, pointer, rule, "unknown " + std::string(what) + " '" + value + "'",
               near ? "did you mean '" + std::string(*near) + "'?" : "known: " + all);
    }

    void check_vocabulary(const Entry& entry) {
        const Kind& kind = *entry.ref.kind;
        const auto& kinds_vocabulary = content_.taxonomy["kinds"];
        if (!kind.category_key.empty() && !entry.category.empty()) {
            const std::string name(kind.name);
            const ordered_json none = ordered_json::array();
            const bool has = kinds_vocabulary.contains(name) && kinds_vocabulary[name].contains("categories");
            check_member(entry, "/" + std::string(kind.category_key), "unknown-category", kind.category_key,
                         entry.category, has ? kinds_vocabulary[name]["categories"] : none);
        }
        if (!entry.tier.empty())
            check_member(entry, "/tier", "unknown-tier", "tier", entry.tier, content_.taxonomy["tiers"]);
    }

    // An entry that was refused for its own mistakes counts: they are reported where they stand, not wherever it is
    // referred to.
    bool exists(const Ref& ref) const {
        return content_.find(ref) != nullptr ||
               std::find(content_.refused.begin(), content_.refused.end(), ref) != content_.refused.end();
    }

    void check_references(const Entry& entry) {
        for (const OutgoingRef& ref : entry.refs) {
            if (ref.target == entry.ref && ref.relation != "body") {
                diagnostics_.push_back({entry.file, ref.line, "self-reference",
                                        "'" + ref.relation + "' refers to the entry itself", "remove it"});
            } else if (!exists(ref.target)) {
                std::vector<std::string_view> ids;
                for (const Entry& other : content_.entries)
                    if (other.ref.kind == ref.target.kind)
                        ids.push_back(other.ref.id);
                const auto near = base::nearest(ref.target.id, ids);
                diagnostics_.push_back({entry.file, ref.line, "broken-reference",
                                        "no " + std::string(ref.target.kind->name) + " '" + ref.target.id + "' (in '" +
                                            ref.relation + "')",
                                        near ? "did you mean '" + std::string(*near) + "'?"
                                             : "write the entry first, or remove the reference"});
            }
        }
    }

    void check_sources(const Entry& entry) {
        const std::string kind(entry.ref.kind->name);
        const auto& vocabulary = content_.taxonomy["kinds"];
        const bool needed = vocabulary.contains(kind) && vocabulary[kind].value("needs_literature", false);
        if (needed && !entry.has_literature() && entry.disputed.empty())
            report(entry, "/sources", "missing-source", "no literature is cited, only the series' own documents",
                   "cite a paper, RFC, book or public report, or say in 'disputed' why there is none");
        if (entry.fields.contains("record") && entry.fields["record"] == "none" && entry.disputed.empty())
            report(entry, "/record", "missing-source", "no public record, yet nothing is marked as disputed",
                   "say in 'disputed' what cannot be confirmed");
    }

    void check_dates(const Entry& entry) {
        for (const std::string key : {"date", "as_of"}) {
            if (!entry.fields.contains(key))
                continue;
            const auto date = entry.fields[key].get<std::string>();
            if (!base::parse_partial_date(date))
                report(entry, "/" + key, "invalid-date", "'" + date + "' is not in the calendar",
                       "write YYYY, YYYY-MM or YYYY-MM-DD");
        }
    }

    // A concept states what one knows at each level at which it is taught, its main level among them.
    void check_depth(const Entry& entry) {
        if (!entry.fields.contains("depth"))
            return;
        const auto& depth = entry.fields["depth"];
        if (!depth.contains(entry.level))
            report(entry, "/depth", "missing-depth", "level is " + entry.level + " but 'depth' has no statement for it",
                   "state what one knows at " + entry.level);
        std::set<int> taught;
        for (const auto& [level, unused] : depth.items())
            taught.insert(level[1] - '0');
        if (!taught.empty() && *taught.rbegin() - *taught.begin() + 1 != static_cast<int>(taught.size()))
            report(entry, "/depth", "missing-depth",
                   "'depth' leaves out a level between L" + std::to_string(*taught.begin()) + " and L" +
                       std::to_string(*taught.rbegin()),
                   "state each level in between");
    }

    void check_cycles(const Kind& kind) {
        std::vector<const Entry*> nodes;
        std::map<std::string, std::size_t> number;
        for (const Entry& entry : content_.entries)
            if (entry.ref.kind == &kind && number.emplace(entry.ref.id, nodes.size()).second)
                nodes.push_back(&entry);
        base::Digraph graph(nodes.size());
        for (std::size_t node = 0; node < nodes.size(); ++node)
            for (const OutgoingRef& ref : nodes[node]->refs)
                if (ref.relation == "prerequisites" && ref.target.kind == &kind && number.contains(ref.target.id) &&
                    ref.target.id != nodes[node]->ref.id)
                    graph.add_edge(number[ref.target.id], node);
        for (const auto& cycle : base::cycles(graph)) {
            std::string path;
            for (const std::size_t node : cycle)
                path += nodes[node]->ref.id + " -> ";
            path += nodes[cycle.front()]->ref.id;
            report(*nodes[cycle.front()], "/prerequisites", "prerequisite-cycle",
                   "prerequisites go in a circle: " + path, "drop one of these prerequisites");
        }
    }

    // Scenarios that belong together are a star: one and its counterparts.
    void check_counterparts() {
        for (const Entry& entry : content_.entries)
            for (const OutgoingRef& ref : entry.refs) {
                if (ref.relation != "counterpart_of" || ref.target == entry.ref)
                    continue;
                const auto other = std::find_if(content_.entries.begin(), content_.entries.end(),
                                                [&](const Entry& known) { return known.ref == ref.target; });
                if (other == content_.entries.end() || !other->fields.contains("counterpart_of"))
                    continue;
                const auto first = other->fields["counterpart_of"].get<std::string>();
                report(entry, "/counterpart_of", "counterpart-chain",
                       ref.target.text() + " is itself the counterpart of " + first, "write " + first);
            }
    }

    void check_eras() {
        std::size_t index = 0;
        for (const auto& era : content_.taxonomy["eras"]) {
            for (const char* key : {"patterns", "concepts"}) {
                if (!era.contains(key))
                    continue;
                const std::string pointer = "/eras/" + std::to_string(index) + "/" + key;
                for (const auto& item : era[key]) {
                    const auto ref = parse_ref(item.get<std::string>());
                    if (!ref || !exists(*ref))
                        diagnostics_.push_back({"taxonomy.yaml",
                                                content_.taxonomy_front.line_of(pointer),
                                                "broken-reference",
                                                "era '" + era["name"].get<std::string>() + "' refers to " +
                                                    item.get<std::string>() + ", which does not exist",
                                                {}});
                }
            }
            ++index;
        }
    }

    const Content& content_;
    Diagnostics& diagnostics_;
};

}  // namespace

void check_content(const Content& content, Diagnostics& diagnostics) {
    Checker(content, diagnostics).run();
}

}  // namespace dstudio::catalog
