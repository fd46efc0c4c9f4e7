#include "services/catalog/search.hpp"

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <tuple>

#include "core/base/text.hpp"
#include "services/catalog/search_terms.hpp"
#include "services/catalog/snippet.hpp"

namespace dstudio::catalog {
namespace {

using base::ErrorCode;
using nlohmann::ordered_json;

constexpr std::size_t snippet_size = 200;
constexpr int year_min = 1000;
constexpr int year_max = 9999;
// So much that an entry of that very name comes before all that mention it, and one of that alias next.
constexpr double exact_name_weight = 60;
constexpr double exact_alias_weight = 30;
constexpr double name_prefix_weight = 10;
constexpr Xapian::termcount name_prefix_expansion_max = 300;
constexpr Xapian::termcount prefix_expansion_max = 30;
constexpr unsigned spelling_distance_max = 2;
constexpr std::size_t spelling_words_max = 8;
constexpr std::size_t dictionary_word_size_max = 40;

struct DictionaryWord {
    std::string word;
    Xapian::termcount frequency;
    std::uint32_t letters;
};

// The set of letters in a word, one bit each; everything but a-z shares the rest.
std::uint32_t letters_of(std::string_view word) {
    std::uint32_t set = 0;
    for (const char c : word)
        set |= c >= 'a' && c <= 'z' ? 1U << static_cast<unsigned>(c - 'a')
                                    : 1U << (26U + static_cast<unsigned char>(c) % 6U);
    return set;
}

// Words that questions are made of and that answers are not found by.
constexpr std::array stop_words{"a",   "an",   "and",  "are",  "as",     "at",  "be",   "by",   "can",  "do", "does",
                                "for", "from", "how",  "i",    "if",     "in",  "is",   "it",   "many", "me", "my",
                                "of",  "on",   "or",   "our",  "should", "so",  "that", "the",  "this", "to", "us",
                                "was", "we",   "what", "when", "which",  "who", "why",  "with", "you"};

// At most so many words count, each once: repetition costs time and finds nothing more. Text with phrases is cut only.
std::string bounded(std::string_view text) {
    constexpr std::size_t words_max = 24;
    const bool has_phrases = text.find('"') != std::string_view::npos;
    std::vector<std::string> kept;
    for (const std::string_view piece : base::split(text, ' ')) {
        std::string word(piece);
        if (word.empty() || (!has_phrases && std::find(kept.begin(), kept.end(), word) != kept.end()))
            continue;
        kept.push_back(std::move(word));
        if (kept.size() == words_max)
            break;
    }
    return base::join(kept, " ");
}

// Counts facets of the documents that match. Xapian's own spies fetch a value for each facet of each document; here the
// entries' values are numbered once.
class FacetCounter final : public Xapian::MatchSpy {
  public:
    explicit FacetCounter(const Catalog& catalog) {
        for (std::size_t facet = 0; facet < facet_names.size(); ++facet) {
            std::map<std::string, std::uint32_t> numbers;
            for (const Brief& brief : catalog.entries()) {
                const std::string value = value_of(brief, facet);
                const auto [at, is_new] = numbers.emplace(value, values_[facet].size());
                if (is_new)
                    values_[facet].push_back(value);
                numbers_[facet].push_back(at->second);
            }
        }
    }

    void reset() {
        total_ = 0;
        for (std::size_t facet = 0; facet < facet_names.size(); ++facet)
            counts_[facet].assign(values_[facet].size(), 0);
    }

    void operator()(const Xapian::Document& document, double /*weight*/) override {
        const std::size_t position = document.get_docid() - 1;
        ++total_;
        for (std::size_t facet = 0; facet < facet_names.size(); ++facet)
            ++counts_[facet][numbers_[facet].at(position)];
    }

    [[nodiscard]] std::size_t total() const { return total_; }
    [[nodiscard]] std::map<std::string, std::size_t> counts(std::size_t facet) const {
        std::map<std::string, std::size_t> counted;
        for (std::size_t i = 0; i < values_[facet].size(); ++i)
            if (counts_[facet][i] > 0)
                counted[values_[facet][i]] += counts_[facet][i];
        return counted;
    }

  private:
    static std::string value_of(const Brief& brief, std::size_t facet) {
        const std::array<std::string, facet_names.size()> values{std::string(brief.ref.kind->name),
                                                                 brief.category,
                                                                 brief.level,
                                                                 brief.tier,
                                                                 brief.status,
                                                                 brief.year ? std::to_string(*brief.year) : ""};
        return values[facet].empty() ? "none" : values[facet];
    }

    std::array<std::vector<std::string>, facet_names.size()> values_;
    std::array<std::vector<std::uint32_t>, facet_names.size()> numbers_;  // of each entry's value
    std::array<std::vector<std::size_t>, facet_names.size()> counts_;
    std::size_t total_ = 0;
};

}  // namespace

struct Searcher::Impl {
    Impl(const Catalog& searched, int descriptor) : catalog(searched), database(descriptor), facets(searched) {
        // Documents stand in the order of the entries, so the number of one is the other's position.
        if (database.get_doccount() != catalog.entries().size() || database.get_lastdocid() != database.get_doccount())
            throw Xapian::DatabaseCorruptError("it is that of another catalogue");
        for (const char* word : stop_words)
            stopper.add(word);
        parser.set_database(database);
        parser.set_stemmer(stemmer);
        parser.set_stemming_strategy(Xapian::QueryParser::STEM_SOME);
        parser.set_stopper(&stopper);
        parser.add_prefix("", terms::name_prefix);
        parser.add_prefix("", "");
        // Few letters begin many words; the most frequent of them are what can be found by those.
        parser.set_max_expansion(prefix_expansion_max, Xapian::Query::WILDCARD_LIMIT_MOST_FREQUENT,
                                 Xapian::QueryParser::FLAG_PARTIAL);
        for (auto at = database.spellings_begin(); at != database.spellings_end(); ++at)
            dictionary.push_back({*at, at.get_termfreq(), letters_of(*at)});
    }

    Xapian::Query parse(const std::string& text, Xapian::Query::op combine, bool as_you_type) {
        unsigned flags = Xapian::QueryParser::FLAG_PHRASE | Xapian::QueryParser::FLAG_LOVEHATE;
        if (as_you_type)
            flags |= Xapian::QueryParser::FLAG_PARTIAL;
        parser.set_default_op(combine);
        try {
            return parser.parse_query(text, flags);
        } catch (const Xapian::QueryParserError&) {
            return parser.parse_query(text, 0);  // unbalanced quotes and the like: take it as words
        }
    }

    static Xapian::Query restricted(Xapian::Query query, const Filter& filter) {
        const std::array<std::string, 5> wanted{filter.kind != nullptr ? std::string(filter.kind->name) : "",
                                                filter.category, filter.level, filter.tier, filter.status};
        for (std::size_t i = 0; i < wanted.size(); ++i)
            if (!wanted[i].empty())
                query = Xapian::Query(Xapian::Query::OP_FILTER, query, Xapian::Query(terms::facet(i, wanted[i])));
        if (filter.year_min || filter.year_max) {
            // Years are compared as text, which is their order as long as they have four digits.
            const int from = std::max(filter.year_min.value_or(year_min), year_min);
            const int to = std::min(filter.year_max.value_or(year_max), year_max);
            if (from > to)
                return Xapian::Query::MatchNothing;
            query = Xapian::Query(Xapian::Query::OP_FILTER, query,
                                  Xapian::Query(Xapian::Query::OP_VALUE_RANGE, terms::year_slot, std::to_string(from),
                                                std::to_string(to)));
        }
        return query;
    }

    using Entries = std::vector<bool>;  // by position

    // A word that may stand for one of the query, and how far it is from it.
    struct Candidate {
        std::string word;
        std::size_t distance = 0;
        Entries held_by = {};
    };

    // The query with each unknown word replaced by a known one. Among the candidates of all words together, the nearest
    // combination that entries hold wins, and of equally near ones that which most entries hold: "braker" alone is as
    // near to "broker" as to "breaker", beside "circuit" it is not.
    std::optional<std::string> corrected(const std::string& text) {
        const std::vector<std::string> words = words_of(text);
        if (words.empty() || words.size() > spelling_words_max)
            return std::nullopt;
        bool changed = false;
        std::vector<std::vector<Candidate>> candidates;
        for (const std::string& word : words) {
            candidates.emplace_back();
            if (!database.term_exists(word) && !stopper(word))
                candidates.back() = near_words(word);
            changed = changed || !candidates.back().empty();
            if (candidates.back().empty())
                candidates.back().push_back({word});
        }
        if (!changed)
            return std::nullopt;
        for (std::vector<Candidate>& alternatives : candidates)
            for (Candidate& candidate : alternatives)
                candidate.held_by = entries_with(candidate.word);
        Choice best;
        choose(candidates, 0, {{}, 0, catalog.entries().size(), Entries(catalog.entries().size(), true)}, best);
        return best.count == 0 ? std::nullopt : std::optional(best.text);
    }

    // The entries that hold the word in any form; all for a stop word.
    Entries entries_with(const std::string& word) {
        if (stopper(word))
            return Entries(catalog.entries().size(), true);
        Entries entries(catalog.entries().size(), false);
        const std::string term = "Z" + snippets.stem(word);
        for (auto at = database.postlist_begin(term); at != database.postlist_end(term); ++at)
            if (*at <= entries.size())  // what checksums vouch for may still be another's index
                entries[*at - 1] = true;
        return entries;
    }

    // Dictionary words within the distance, nearest first, more frequent first among equals.
    std::vector<Candidate> near_words(const std::string& word) const {
        constexpr std::size_t kept_max = 4;
        constexpr std::size_t word_size_min = 3;
        if (word.size() < word_size_min || word.size() > dictionary_word_size_max)
            return {};
        struct Found {
            std::size_t distance;
            const DictionaryWord* known;
        };
        std::vector<Found> found;
        const std::uint32_t letters = letters_of(word);
        for (const DictionaryWord& known : dictionary) {
            const std::size_t gap =
                known.word.size() > word.size() ? known.word.size() - word.size() : word.size() - known.word.size();
            // One edit changes at most two letters of the set: most words are passed over without measuring.
            if (gap > spelling_distance_max ||
                std::popcount(known.letters ^ letters) > static_cast<int>(2 * spelling_distance_max))
                continue;
            const std::size_t distance = base::edit_distance(word, known.word);
            if (distance <= spelling_distance_max && distance * 2 < word.size())
                found.push_back({distance, &known});
        }
        std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
            return std::tuple(a.distance, b.known->frequency, a.known->word) <
                   std::tuple(b.distance, a.known->frequency, b.known->word);
        });
        std::vector<Candidate> near;
        for (std::size_t i = 0; i < std::min(found.size(), kept_max); ++i)
            near.push_back({found[i].known->word, found[i].distance});
        return near;
    }

    struct Choice {
        std::string text = {};
        std::size_t distance = 0;
        std::size_t count = 0;
        Entries held_by = {};
    };

    // Tries the alternatives of word `at` after what is `chosen`: 4^3 combinations at most, each cut off as soon as no
    // entry holds it or a nearer one is known.
    void choose(const std::vector<std::vector<Candidate>>& candidates, std::size_t at, const Choice& chosen,
                Choice& best) {
        constexpr std::size_t alternatives_words_max = 3;  // beyond it only the nearest word is tried
        if (chosen.count == 0 || (best.count > 0 && chosen.distance > best.distance))
            return;
        if (at == candidates.size()) {
            if (best.count == 0 || chosen.distance < best.distance || chosen.count > best.count)
                best = chosen;
            return;
        }
        const std::size_t tried = at < alternatives_words_max ? candidates[at].size() : 1;
        for (std::size_t i = 0; i < tried; ++i) {
            const Candidate& candidate = candidates[at][i];
            Choice next{at == 0 ? candidate.word : chosen.text + " " + candidate.word,
                        chosen.distance + candidate.distance, 0, chosen.held_by};
            for (std::size_t entry = 0; entry < next.held_by.size(); ++entry)
                next.held_by[entry] = next.held_by[entry] && candidate.held_by[entry];
            next.count = static_cast<std::size_t>(std::count(next.held_by.begin(), next.held_by.end(), true));
            choose(candidates, at + 1, next, best);
        }
    }

    // Entries that are called just so; as you type, also those whose name begins so.
    static Xapian::Query called(const std::string& text, bool as_you_type) {
        using Xapian::Query;
        const std::string name = terms::exact_name(text);
        Query query(Query::OP_OR, Query(Query::OP_SCALE_WEIGHT, Query(name), exact_name_weight),
                    Query(Query::OP_SCALE_WEIGHT, Query(terms::exact_alias(text)), exact_alias_weight));
        if (as_you_type)
            query = Query(Query::OP_OR, query,
                          Query(Query::OP_SCALE_WEIGHT,
                                Query(Query::OP_WILDCARD, name, name_prefix_expansion_max, Query::WILDCARD_LIMIT_FIRST,
                                      Query::OP_MAX),
                                name_prefix_weight));
        return query;
    }

    Xapian::MSet matching(const Xapian::Query& parsed, const SearchQuery& query) {
        Xapian::Enquire enquire(database);
        enquire.set_query(restricted(parsed, query.filter));
        if (parsed.get_type() == Xapian::Query::LEAF_MATCH_ALL)
            enquire.set_weighting_scheme(Xapian::BoolWeight());  // all weigh the same: the catalogue's order remains
        facets.reset();
        enquire.add_matchspy(&facets);
        // Every document is looked at, so that the counts are exact.
        return enquire.get_mset(
            static_cast<Xapian::doccount>(std::min<std::size_t>(query.offset, database.get_doccount())),
            static_cast<Xapian::doccount>(query.limit), database.get_doccount());
    }

    SearchPage run(const SearchQuery& query) {
        SearchPage page;
        const std::string text(base::trim(query.text));
        std::string searched = bounded(text);
        bool is_partial = query.as_you_type;
        // A single letter begins thousands of words: it waits for the next one, but for the names that begin so.
        if (const std::size_t space = searched.find_last_of(' ') + 1; is_partial && searched.size() - space == 1) {
            searched.resize(space);
            is_partial = false;
        }
        Xapian::Query parsed = Xapian::Query::MatchAll;
        if (!text.empty())
            parsed = Xapian::Query(Xapian::Query::OP_OR, parse(searched, Xapian::Query::OP_AND, is_partial),
                                   called(text, query.as_you_type));
        Xapian::MSet results = matching(parsed, query);
        if (!text.empty() && facets.total() == 0) {
            page.suggestion = corrected(text);
            // A question in words: the entries that hold most of it.
            parsed = parse(searched, Xapian::Query::OP_OR, is_partial);
            if (parsed.empty())
                return page;
            results = matching(parsed, query);
        }
        page.total = facets.total();
        for (std::size_t i = 0; i < facet_names.size(); ++i)
            page.facets[i] = facets.counts(i);
        const Snippets::Wanted wanted = snippets.wanted(searched, stopper, query.as_you_type);
        for (auto at = results.begin(); at != results.end(); ++at) {
            SearchHit hit;
            hit.brief = &catalog.entries().at(*at - 1);
            hit.score = at.get_weight();
            hit.snippet_html = snippets.html(at.get_document().get_data(), wanted, snippet_size);
            page.hits.push_back(std::move(hit));
        }
        return page;
    }

    const Catalog& catalog;
    Xapian::Database database;
    Xapian::Stem stemmer{terms::language};
    Snippets snippets{stemmer};
    FacetCounter facets;
    Xapian::SimpleStopper stopper;
    Xapian::QueryParser parser;
    std::vector<DictionaryWord> dictionary;
};

Searcher::Searcher(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Searcher::Searcher(Searcher&&) noexcept = default;
Searcher& Searcher::operator=(Searcher&&) noexcept = default;
Searcher::~Searcher() = default;

base::Result<Searcher> Searcher::open(const Catalog& catalog) {
    const int descriptor = catalog.pack().duplicate_descriptor();
    if (descriptor < 0)
        return base::fail(ErrorCode::unreadable_file, "cannot reopen the catalogue pack");
    // Xapian reads a single-file database from the descriptor's position on, and closes it.
    if (::lseek(descriptor, static_cast<off_t>(catalog.pack().offset("search")), SEEK_SET) < 0) {
        ::close(descriptor);
        return base::fail(ErrorCode::unreadable_file, "cannot seek in the catalogue pack");
    }
    try {
        return Searcher(std::make_unique<Impl>(catalog, descriptor));
    } catch (const Xapian::Error& error) {
        return base::fail(ErrorCode::corrupt_pack, "the search index cannot be opened: " + error.get_description(),
                          "build it again with 'dstudio content build'");
    }
}

base::Result<SearchPage> Searcher::search(const SearchQuery& query) {
    if (query.text.size() > search_query_size_bytes_max)
        return base::fail(ErrorCode::invalid_argument,
                          "the query has " + std::to_string(query.text.size()) + " bytes; at most " +
                              std::to_string(search_query_size_bytes_max) + " are allowed",
                          "use fewer words");
    if (base::first_invalid_utf8(query.text))
        return base::fail(ErrorCode::invalid_argument, "the query is not UTF-8");
    if (query.limit == 0 || query.limit > search_limit_max)
        return base::fail(ErrorCode::invalid_argument, "limit is " + std::to_string(query.limit) + "; expected 1 to " +
                                                           std::to_string(search_limit_max));
    try {
        return impl_->run(query);
    } catch (const std::out_of_range&) {
        return base::fail(ErrorCode::corrupt_pack, "the search index is that of another catalogue",
                          "build it again with 'dstudio content build'");
    } catch (const Xapian::Error& error) {
        return base::fail(ErrorCode::internal, "search failed: " + error.get_description());
    }
}

std::string search_page_json(const SearchQuery& query, const SearchPage& page) {
    ordered_json json{{"query", query.text},
                      {"total", page.total},
                      {"suggestion", page.suggestion ? ordered_json(*page.suggestion) : ordered_json(nullptr)}};
    json["facets"] = ordered_json::object();
    for (std::size_t i = 0; i < facet_names.size(); ++i)
        json["facets"][std::string(facet_names[i])] = page.facets[i];
    json["results"] = ordered_json::array();
    for (const SearchHit& hit : page.hits) {
        ordered_json result = ordered_json::parse(Catalog::brief_json(*hit.brief));
        result["snippet_html"] = hit.snippet_html;
        result["score"] = hit.score;
        json["results"].push_back(std::move(result));
    }
    const std::size_t next = query.offset + page.hits.size();
    json["next_cursor"] =
        next < page.total && !page.hits.empty() ? ordered_json(std::to_string(next)) : ordered_json(nullptr);
    return json.dump();
}

}  // namespace dstudio::catalog
