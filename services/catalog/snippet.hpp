// The part of a text that shows best why it was found, as escaped HTML with <mark> around the words of the query.
//
// Stems are remembered from one text to the next: over a catalogue's vocabulary this makes a snippet cost microseconds,
// which Xapian's own, which stems each word anew, does not.
#pragma once

#include <xapian.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace dstudio::catalog {

// Words of a-z, 0-9 and everything beyond ASCII, in lower case.
std::vector<std::string> words_of(std::string_view text);

class Snippets {
  public:
    explicit Snippets(const Xapian::Stem& stemmer) : stemmer_(stemmer) {}

    struct Wanted {
        std::unordered_set<std::string> stems;
        std::string prefix;  // of a word that is still being typed; empty if there is none
    };

    // What words of `text`, as typed by a person, are to be marked; stop words are not.
    Wanted wanted(std::string_view text, const Xapian::Stopper& stopper, bool as_you_type);

    // At most about `size_bytes` of `text`: the stretch with most different words of the query, or its beginning.
    // O(size).
    std::string html(std::string_view text, const Wanted& wanted, std::size_t size_bytes);

    // The stem of a word in lower case. The reference holds until the next call.
    const std::string& stem(const std::string& word);

  private:
    Xapian::Stem stemmer_;
    std::unordered_map<std::string, std::string> stems_;
};

}  // namespace dstudio::catalog
