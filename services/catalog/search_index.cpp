#include "services/catalog/search_index.hpp"

#include <fstream>
#include <iterator>

#include "core/base/text.hpp"
#include "services/catalog/search.hpp"
#include "services/catalog/search_terms.hpp"

namespace dstudio::catalog {
namespace terms {

std::string exact_name(std::string_view name) {
    return "XN" + std::string(base::utf8_prefix(base::to_lower(base::trim(name)), term_size_bytes_max));
}

std::string exact_alias(std::string_view alias) {
    return "XA" + std::string(base::utf8_prefix(base::to_lower(base::trim(alias)), term_size_bytes_max));
}

std::string facet(std::size_t facet_index, std::string_view value) {
    return "XF" + std::to_string(facet_index) + ":" + std::string(base::utf8_prefix(value, term_size_bytes_max));
}

}  // namespace terms

namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

// How much a word counts by where it stands (within-document frequency added per occurrence).
constexpr Xapian::termcount weight_name = 10;
constexpr Xapian::termcount weight_alias = 6;
constexpr Xapian::termcount weight_summary = 3;

// All prose below `value`: no references, addresses, single words of a vocabulary (facets find those) or LaTeX.
void append_prose(const ordered_json& value, std::string& text) {
    if (value.is_string()) {
        const auto& part = value.get_ref<const std::string&>();
        if (looks_like_ref(part) || part.starts_with("http") || part.find(' ') == std::string::npos)
            return;
        text += part;
        text += text.ends_with('.') ? " " : ". ";
    } else if (value.is_structured()) {
        for (const auto& [key, member] : value.items())
            if (key != "latex" && key != "url")
                append_prose(member, text);
    }
}

Xapian::Document make_document(const Content& content, std::size_t position, Xapian::TermGenerator& generator) {
    const Entry& entry = content.entries[position];
    Xapian::Document document;
    generator.set_document(document);
    generator.index_text(entry.name, weight_name);
    generator.index_text(entry.name, weight_name, terms::name_prefix);
    // Not boolean terms: those weigh nothing, and these are there to weigh.
    document.add_term(terms::exact_name(entry.name));
    document.add_term(terms::exact_name(entry.ref.id));
    for (const std::string& alias : entry.aliases) {
        generator.increase_termpos();
        generator.index_text(alias, weight_alias);
        generator.index_text(alias, weight_alias, terms::name_prefix);
        document.add_term(terms::exact_alias(alias));
    }
    generator.increase_termpos();
    generator.index_text(entry.summary, weight_summary);
    std::string prose;
    append_prose(entry.fields, prose);
    prose += entry.body_text;
    if (!entry.disputed.empty())
        prose += ". " + entry.disputed;
    generator.increase_termpos();
    generator.index_text(prose);
    // "circuit breaker" finds the incidents that lacked one.
    for (const OutgoingRef& ref : entry.refs)
        if (const Entry* target = content.find(ref.target))
            generator.index_text_without_positions(target->name);
    for (const auto& source : entry.sources)
        for (const char* key : {"title", "authors"})
            if (source.contains(key)) {
                generator.increase_termpos();
                generator.index_text_without_positions(source[key].get<std::string>());
            }
    const std::array<std::string, facet_names.size()> values{std::string(entry.ref.kind->name),
                                                             entry.category,
                                                             entry.level,
                                                             entry.tier,
                                                             entry.status,
                                                             entry.year ? std::to_string(*entry.year) : ""};
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i].empty())
            continue;
        document.add_boolean_term(terms::facet(i, values[i]));
    }
    if (entry.year)
        document.add_value(terms::year_slot, std::to_string(*entry.year));
    document.set_data(entry.summary + " " + prose);
    return document;
}

}  // namespace

base::Result<std::string> build_search_index(const Content& content, const fs::path& scratch) {
    std::error_code ignored;
    fs::remove_all(scratch, ignored);
    try {
        fs::create_directories(scratch);
        const fs::path single = scratch / "single";
        {
            Xapian::WritableDatabase database((scratch / "db").string(),
                                              Xapian::DB_CREATE | Xapian::DB_BACKEND_GLASS | Xapian::DB_NO_SYNC);
            Xapian::TermGenerator generator;
            generator.set_stemmer(Xapian::Stem(terms::language));
            generator.set_database(database);
            generator.set_flags(Xapian::TermGenerator::FLAG_SPELLING);
            for (std::size_t i = 0; i < content.entries.size(); ++i)
                database.add_document(make_document(content, i, generator));
            database.commit();
            database.compact(single.string(), Xapian::DBCOMPACT_SINGLE_FILE | Xapian::Compactor::FULLER);
        }
        std::ifstream stream(single, std::ios::binary);
        std::string bytes{std::istreambuf_iterator<char>(stream), {}};
        fs::remove_all(scratch, ignored);
        return bytes;
    } catch (const Xapian::Error& error) {
        fs::remove_all(scratch, ignored);
        return base::fail(base::ErrorCode::unwritable_file,
                          "cannot build the search index in " + scratch.string() + ": " + error.get_description());
    } catch (const fs::filesystem_error& error) {
        return base::fail(base::ErrorCode::unwritable_file, error.what());
    }
}

}  // namespace dstudio::catalog
