#include "apps/http/site_files.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "apps/http/entity_tag.hpp"
#include "apps/http/media_type.hpp"
#include "apps/http/security_fields.hpp"
#include "core/base/assert.hpp"
#include "core/base/percent.hpp"
#include "core/base/text.hpp"

namespace dstudio::http {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;

std::string encoded(std::string_view path) {
    std::string address;
    for (const std::string_view segment : base::split(path.substr(1), '/'))
        address += "/" + base::percent_encode(segment);
    return address;
}

std::string without_suffix(const std::string& text, std::string_view suffix) {
    return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text;
}

// Larger files are mapped: copies of them, one for each slow client, could fill the memory. Their pages belong to the
// system's cache. Only the hash reads them here; a file cut short later makes the system's send fail, not us.
constexpr std::size_t copied_size_bytes_max = 256 * 1024;

class Mapping {
  public:
    Mapping(int descriptor, std::size_t size)
        : size_(size), data_(::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0)) {}
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping() {
        if (is_valid())
            ::munmap(data_, size_);
    }

    [[nodiscard]] bool is_valid() const { return data_ != MAP_FAILED; }
    [[nodiscard]] std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

  private:
    std::size_t size_;
    void* data_;
};

bool read_whole(int descriptor, std::string& bytes) {
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const ssize_t got = ::read(descriptor, bytes.data() + filled, bytes.size() - filled);
        if (got <= 0)
            return false;
        filled += static_cast<std::size_t>(got);
    }
    return true;
}

// Makes the file the body of `answer`.
base::Result<void> read_file(const fs::path& path, Answer& answer) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): POSIX has no other open
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct ::stat status {};
    bool done = descriptor >= 0 && ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    const auto size = static_cast<std::size_t>(done ? status.st_size : 0);
    if (done && size > copied_size_bytes_max) {
        const auto mapping = std::make_shared<Mapping>(descriptor, size);
        done = mapping->is_valid();
        answer.borrowed = done ? mapping->bytes() : std::string_view{};
        answer.owner = mapping;
    } else if (done) {
        answer.storage.resize(size);
        done = read_whole(descriptor, answer.storage);
    }
    if (descriptor >= 0)
        ::close(descriptor);
    if (!done)
        return base::fail(ErrorCode::unreadable_file, "a file of the site cannot be read: " + path.filename().string(),
                          "let the server read the site again");
    return {};
}

}  // namespace

base::Result<SiteFiles> SiteFiles::scan(const fs::path& root) {
    SiteFiles site;
    std::error_code error;
    site.root_ = fs::canonical(root, error);
    if (error || !fs::is_directory(site.root_, error))
        return base::fail(ErrorCode::unreadable_file, "the web root is no folder: " + root.string(),
                          "build the web front end first, or name its folder");
    std::vector<std::string> found;
    for (auto at = fs::recursive_directory_iterator(site.root_, error);
         !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
        const std::string name = at->path().filename().string();
        const bool hidden = name.starts_with('.') && name != ".well-known";
        std::error_code gone;  // since it was listed: skip it
        if (hidden || at->is_symlink(gone)) {
            at.disable_recursion_pending();
            continue;
        }
        if (at->is_regular_file(gone) && !base::first_invalid_utf8(at->path().native()))
            found.push_back(at->path().lexically_relative(site.root_).generic_string());
    }
    if (error)
        return base::fail(ErrorCode::unreadable_file, "the web root cannot be listed: " + error.message());

    std::sort(found.begin(), found.end());
    site.files_ = std::move(found);
    const auto position = [&site](const std::string& name) {
        const auto at = std::lower_bound(site.files_.begin(), site.files_.end(), name);
        return at != site.files_.end() && *at == name ? static_cast<std::uint32_t>(at - site.files_.begin())
                                                      : SitePage::no_file;
    };
    std::vector<std::pair<std::string, std::string>> redirects;
    for (std::uint32_t i = 0; i < site.files_.size(); ++i) {
        const std::string& file = site.files_[i];
        if ((file.ends_with(".br") || file.ends_with(".gz")) &&
            position(file.substr(0, file.size() - 3)) != SitePage::no_file)
            continue;
        std::string path = "/" + file;
        SitePage page;
        page.files = {i, position(file + ".gz"), position(file + ".br")};
        page.is_html = file.ends_with(".html");
        page.is_immutable = path.starts_with("/_app/immutable/");
        if (page.is_html) {
            const std::string full = path;
            path = without_suffix(path, ".html");
            if (path.ends_with("/index")) {
                path = without_suffix(path, "/index");
                if (path.empty())
                    path = "/";
                else if (position(path.substr(1) + ".html") != SitePage::no_file)
                    continue;  // a.html is /a already
            }
            redirects.emplace_back(full, path);
        }
        if (path == "/404")
            page.status = 404;
        page.address = encoded(path);
        site.pages_.try_emplace(std::move(path), std::move(page));
    }
    for (auto& [from, to] : redirects) {
        SitePage page;
        page.address = encoded(from);
        page.redirect = encoded(to);
        site.pages_.try_emplace(std::move(from), std::move(page));
    }
    return site;
}

const SitePage* SiteFiles::find(std::string_view path) const {
    const auto at = pages_.find(path);
    return at == pages_.end() ? nullptr : &at->second;
}

base::Result<AnswerPtr> SiteFiles::answer(const SitePage& page, const EncodingPreference& preference) const {
    DS_ASSERT(page.redirect.empty());
    Encoding encoding = Encoding::identity;
    for (std::size_t i = 0; i < preference.count; ++i) {
        encoding = preference.order[i];
        if (page.files[static_cast<std::size_t>(encoding)] != SitePage::no_file)
            break;
    }
    const std::string& file = files_[page.files[static_cast<std::size_t>(encoding)]];
    auto answer = std::make_shared<Answer>();
    if (auto read = read_file(root_ / file, *answer); !read)
        return tl::unexpected<base::Error>(read.error());
    answer->status = page.status;
    answer->cacheable = true;
    answer->has_ranges = page.status == 200;
    if (page.status == 200) {
        answer->etag = entity_tag(answer->body());
        append_field(answer->fields, "ETag", answer->etag);
    }
    append_field(answer->fields, "Cache-Control",
                 page.is_immutable ? "public, max-age=31536000, immutable" : "no-cache");
    const bool has_encodings = page.files[static_cast<std::size_t>(Encoding::gzip)] != SitePage::no_file ||
                               page.files[static_cast<std::size_t>(Encoding::brotli)] != SitePage::no_file;
    if (has_encodings)
        append_field(answer->fields, "Vary", "Accept-Encoding");
    answer->fields += common_security_fields;
    // The policy of scripts' own answers would bind workers started from them, so only documents get one.
    const std::string_view type = media_type(files_[page.files[0]]);
    if (page.is_html)
        answer->fields += page_security_fields;
    else if (type == "image/svg+xml" || type == "application/xml")
        answer->fields += "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n";
    append_field(answer->content_fields, "Content-Type", type);
    if (encoding != Encoding::identity)
        append_field(answer->content_fields, "Content-Encoding", encoding_name(encoding));
    if (answer->has_ranges)
        append_field(answer->content_fields, "Accept-Ranges", "bytes");
    return AnswerPtr(std::move(answer));
}

}  // namespace dstudio::http
