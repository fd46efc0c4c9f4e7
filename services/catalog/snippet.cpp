#include "services/catalog/snippet.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "core/base/text.hpp"

namespace dstudio::catalog {
namespace {

constexpr std::size_t stems_max = 100'000;  // far beyond any catalogue's vocabulary; then it starts anew
constexpr std::size_t context_share = 4;    // of a snippet, at most a quarter stands before its first marked word
constexpr std::string_view ellipsis = "\xE2\x80\xA6";

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80;
}

struct Word {
    std::size_t begin;
    std::size_t end;
    const std::string* found;  // the wanted stem that it has, null if none
};

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && is_letter(text[i]))
            continue;
        if (i > begin)
            words.push_back(base::to_lower(text.substr(begin, i - begin)));
        begin = i + 1;
    }
    return words;
}

const std::string& Snippets::stem(const std::string& word) {
    if (const auto known = stems_.find(word); known != stems_.end())
        return known->second;
    if (stems_.size() >= stems_max)
        stems_.clear();
    return stems_.emplace(word, stemmer_(word)).first->second;
}

Snippets::Wanted Snippets::wanted(std::string_view text, const Xapian::Stopper& stopper, bool as_you_type) {
    Wanted wanted;
    const std::vector<std::string> words = words_of(text);
    for (const std::string& word : words)
        if (!stopper(word))
            wanted.stems.insert(stem(word));
    if (as_you_type && !words.empty() && is_letter(text.back()))
        wanted.prefix = words.back();
    return wanted;
}

std::string Snippets::html(std::string_view text, const Wanted& wanted, std::size_t size_bytes) {
    const std::size_t context_size_bytes = size_bytes / context_share;
    const std::size_t different_max = wanted.stems.size() + (wanted.prefix.empty() ? 0 : 1);
    std::vector<Word> words;
    std::deque<Word> window;  // the found words that fit into one snippet with the one read last
    std::unordered_map<const std::string*, std::size_t> different;  // what the window has of each stem
    std::pair<std::size_t, std::size_t> best_score{0, 0};           // different ones, then all
    std::pair<std::size_t, std::size_t> best{0, 0};                 // from the first one's begin to the last one's end
    std::size_t stop = different_max == 0 ? size_bytes + 1 : text.size();
    std::string buffer;  // one for all: a text has hundreds of words
    for (std::size_t i = 0; i < text.size() && i < stop;) {
        if (!is_letter(text[i])) {
            ++i;
            continue;
        }
        Word word{i, i, nullptr};
        while (i < text.size() && is_letter(text[i]))
            ++i;
        word.end = i;
        buffer.assign(text.substr(word.begin, word.end - word.begin));
        for (char& c : buffer)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (const auto found = wanted.stems.find(stem(buffer)); found != wanted.stems.end())
            word.found = &*found;
        else if (!wanted.prefix.empty() && buffer.starts_with(wanted.prefix))
            word.found = &wanted.prefix;
        words.push_back(word);
        if (word.found == nullptr || best_score.first == different_max)
            continue;
        window.push_back(word);
        ++different[word.found];
        while (window.size() > 1 && word.end - window.front().begin + context_size_bytes > size_bytes) {
            if (const auto gone = different.find(window.front().found); --gone->second == 0)
                different.erase(gone);
            window.pop_front();
        }
        if (const std::pair score{different.size(), window.size()}; score > best_score) {
            best_score = score;
            best = {window.front().begin, word.end};
            if (score.first == different_max)  // it does not get better: read on only as far as is shown
                stop = std::min(text.size(), std::max(best.second, best.first + size_bytes + 1));
        }
    }

    std::size_t begin = 0;
    if (best_score.second > 0 && best.second > size_bytes) {
        const std::size_t wished = best.first - std::min(best.first, context_size_bytes);
        begin = std::find_if(words.begin(), words.end(), [&](const Word& w) { return w.begin >= wished; })->begin;
    }
    std::size_t end = text.size();
    if (text.size() - begin > size_bytes) {
        end = begin + base::utf8_prefix(text.substr(begin), size_bytes).size();
        for (const Word& cut : words)  // not in the midst of a word, unless it fills the window
            if (cut.begin < end && cut.end > end && cut.begin > begin)
                end = cut.begin;
    }

    std::string html(begin > 0 ? ellipsis : "");
    std::size_t done = begin;
    for (const Word& shown : words) {
        if (shown.found == nullptr || shown.begin < begin || shown.end > end)
            continue;
        html += base::escape_html(text.substr(done, shown.begin - done)) + "<mark>" +
                base::escape_html(text.substr(shown.begin, shown.end - shown.begin)) + "</mark>";
        done = shown.end;
    }
    html += base::escape_html(base::trim(text.substr(done, end - done)).empty() ? std::string_view{}
                                                                                : text.substr(done, end - done));
    while (html.ends_with(' '))
        html.pop_back();
    if (end < text.size())
        html += ellipsis;
    return html;
}

}  // namespace dstudio::catalog
