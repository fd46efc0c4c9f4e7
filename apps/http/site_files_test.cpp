#include "apps/http/site_files.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

using namespace dstudio::http;
namespace fs = std::filesystem;

namespace {

struct Folder {
    Folder() : path(fs::temp_directory_path() / ("dstudio-site-" + std::to_string(::getpid()))) {
        fs::remove_all(path);
        fs::create_directories(path);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { fs::remove_all(path); }
    void write(const std::string& name, const std::string& bytes) const {
        fs::create_directories((path / name).parent_path());
        std::ofstream(path / name, std::ios::binary) << bytes;
    }
    fs::path path;
};

std::string body(const SiteFiles& site, std::string_view path, std::string_view accept) {
    const SitePage* page = site.find(path);
    REQUIRE(page != nullptr);
    REQUIRE(page->redirect.empty());
    const auto answer = site.answer(*page, parse_accept_encoding(accept));
    REQUIRE(answer.has_value());
    return std::string((*answer)->body());
}

}  // namespace

TEST_CASE("files of the web root become clean addresses") {
    const Folder folder;
    folder.write("index.html", "home");
    folder.write("404.html", "lost");
    folder.write("patterns.html", "patterns");
    folder.write("patterns/saga.html", "saga");
    folder.write("guide/index.html", "guide");
    folder.write("both.html", "file");
    folder.write("both/index.html", "folder");
    folder.write("a b.html", "blank");
    folder.write("robots.txt", "robots");
    const auto site = SiteFiles::scan(folder.path);
    REQUIRE(site.has_value());
    CHECK(body(*site, "/", "") == "home");
    CHECK(body(*site, "/patterns", "") == "patterns");
    CHECK(body(*site, "/patterns/saga", "") == "saga");
    CHECK(body(*site, "/guide", "") == "guide");
    CHECK(body(*site, "/both", "") == "file");
    CHECK(body(*site, "/robots.txt", "") == "robots");
    CHECK(site->find("/index.html")->redirect == "/");
    CHECK(site->find("/patterns/saga.html")->redirect == "/patterns/saga");
    CHECK(site->find("/guide/index.html")->redirect == "/guide");
    CHECK(site->find("/a b.html")->redirect == "/a%20b");
    CHECK(site->not_found_page()->status == 404);
    CHECK(site->find("/nothing") == nullptr);
    CHECK(site->find("") == nullptr);
}

TEST_CASE("siblings are encodings, not addresses; each has its own entity tag") {
    const Folder folder;
    folder.write("a.js", "plain");
    folder.write("a.js.gz", "gzipped");
    folder.write("a.js.br", "brotli");
    folder.write("alone.gz", "an archive");
    const auto site = SiteFiles::scan(folder.path);
    REQUIRE(site.has_value());
    CHECK(body(*site, "/a.js", "") == "plain");
    CHECK(body(*site, "/a.js", "gzip") == "gzipped");
    CHECK(body(*site, "/a.js", "gzip, br") == "brotli");
    CHECK(body(*site, "/a.js", "gzip;q=0.9, br;q=0.1") == "gzipped");
    CHECK(site->find("/a.js.gz") == nullptr);
    CHECK(site->find("/a.js.br") == nullptr);
    CHECK(body(*site, "/alone.gz", "br") == "an archive");
    const auto plain = site->answer(*site->find("/a.js"), parse_accept_encoding(""));
    const auto gzip = site->answer(*site->find("/a.js"), parse_accept_encoding("gzip"));
    CHECK((*plain)->etag != (*gzip)->etag);
    CHECK((*plain)->fields.find("Vary: Accept-Encoding\r\n") != std::string::npos);
    CHECK((*gzip)->content_fields.find("Content-Encoding: gzip\r\n") != std::string::npos);
    CHECK((*plain)->content_fields.find("Content-Encoding") == std::string::npos);
}

TEST_CASE("hidden files and symbolic links are no part of the site") {
    const Folder folder;
    folder.write("public/a.txt", "a");
    folder.write("public/.env", "secret");
    folder.write("public/.git/config", "secret");
    folder.write("public/.well-known/security.txt", "contact");
    folder.write("secret.txt", "secret");
    fs::create_symlink(folder.path / "secret.txt", folder.path / "public/link.txt");
    fs::create_directory_symlink(folder.path, folder.path / "public/up");
    const auto site = SiteFiles::scan(folder.path / "public");
    REQUIRE(site.has_value());
    CHECK(site->size() == 2);
    CHECK(body(*site, "/.well-known/security.txt", "") == "contact");
}

TEST_CASE("a file that is gone, or replaced by a link, since the scan is an error, not another file") {
    const Folder folder;
    folder.write("public/a.txt", "a");
    folder.write("secret.txt", "secret");
    const auto site = SiteFiles::scan(folder.path / "public");
    REQUIRE(site.has_value());
    fs::remove(folder.path / "public/a.txt");
    CHECK_FALSE(site->answer(*site->find("/a.txt"), {}).has_value());
    fs::create_symlink(folder.path / "secret.txt", folder.path / "public/a.txt");
    CHECK_FALSE(site->answer(*site->find("/a.txt"), {}).has_value());
}

TEST_CASE("a large file is not copied into memory, and counts little for the cache") {
    const Folder folder;
    folder.write("large.bin", std::string(1'000'000, 'x'));
    const auto site = SiteFiles::scan(folder.path);
    REQUIRE(site.has_value());
    const auto answer = site->answer(*site->find("/large.bin"), {});
    REQUIRE(answer.has_value());
    CHECK((*answer)->body() == std::string(1'000'000, 'x'));
    CHECK((*answer)->size_bytes() < 2000);
    CHECK_FALSE((*answer)->etag.empty());
}

TEST_CASE("a web root that does not exist is an error") {
    CHECK_FALSE(SiteFiles::scan("/does/not/exist").has_value());
}
