// The files of the web front end, as addresses.
//
// The web root is listed once, at start and at each reload, into a table from address to file. A request is answered by
// looking its decoded path up there: no file name is ever made from a request, so there is nothing to traverse. Names
// that start with a dot are left out (but for .well-known), and so are symbolic links.
//
// Addresses are clean: patterns/saga.html is /patterns/saga, index.html is its folder, and the file names themselves
// redirect there. x.br and x.gz beside x are encodings of it, not addresses.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "apps/http/accept_encoding.hpp"
#include "apps/http/message.hpp"
#include "core/base/error.hpp"

namespace dstudio::http {

struct SitePage {
    // Positions in the list of files, by encoding; those that do not exist are `no_file`.
    static constexpr std::uint32_t no_file = UINT32_MAX;
    std::array<std::uint32_t, encoding_count> files{no_file, no_file, no_file};
    std::string address;   // percent-encoded
    std::string redirect;  // percent-encoded; not empty: the page has moved there
    bool is_html = false;
    bool is_immutable = false;  // its name changes with its bytes
    int status = 200;           // 404 for the page that says so
};

class SiteFiles {
  public:
    SiteFiles() = default;  // none

    // Errors: unreadable_file.
    static base::Result<SiteFiles> scan(const std::filesystem::path& root);

    // `path` is decoded and starts with '/'. Null if there is no such page.
    [[nodiscard]] const SitePage* find(std::string_view path) const;
    [[nodiscard]] const SitePage* not_found_page() const { return find("/404"); }
    [[nodiscard]] std::size_t size() const { return pages_.size(); }

    // The page in the best encoding that there is. Its entity tag is the XXH3 hash of the bytes that are sent: equal on
    // every node and over rebuilds that change nothing, which size and time would not be. Errors: unreadable_file if
    // the file has gone since the scan. REQUIRES: the page is no redirect.
    [[nodiscard]] base::Result<AnswerPtr> answer(const SitePage& page, const EncodingPreference& preference) const;

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    std::filesystem::path root_;
    std::vector<std::string> files_;  // relative to root_
    std::unordered_map<std::string, SitePage, Hash, std::equal_to<>> pages_;
};

}  // namespace dstudio::http
