#include "services/catalog/pack.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <random>

#include "services/catalog/content_fixture.hpp"

using namespace dstudio;
using catalog::PackFile;
using catalog::PackSection;
using catalog::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

std::string read_file(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void write_file(const fs::path& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

const std::vector<PackSection> small{{"index", "{}"}, {"empty", ""}, {"fifteen-bytes-n", std::string(5000, 'x')}};

// The bytes that a checksum covers: header and table, then each section.
struct Layout {
    std::size_t table_end;
    std::vector<std::pair<std::size_t, std::size_t>> sections;  // offset, size
};

Layout layout_of(const PackFile& pack, const std::vector<PackSection>& sections) {
    Layout layout{8 + 4 + 4 + sections.size() * 40 + 8, {}};
    for (const PackSection& section : sections)
        layout.sections.emplace_back(pack.offset(section.name), section.bytes.size());
    return layout;
}

}  // namespace

TEST_CASE("what is packed is read back, whatever its bytes") {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "a" / "b" / "x.pack";  // folders are made
    const bool held = rc::check([&] {
        std::vector<PackSection> sections;
        const auto count = *rc::gen::inRange<std::size_t>(0, 9);
        for (std::size_t i = 0; i < count; ++i) {
            const auto size = *rc::gen::element<std::size_t>(0, 1, 7, 4095, 4096, 4097, 10'000);
            const auto byte = *rc::gen::arbitrary<char>();
            sections.push_back({"s" + std::to_string(i), std::string(size, byte)});
        }
        RC_ASSERT(catalog::write_pack(path, sections).has_value());
        const auto pack = PackFile::open(path);
        RC_ASSERT(pack.has_value());
        for (const PackSection& section : sections) {
            RC_ASSERT(pack->section(section.name) == section.bytes);
            RC_ASSERT(pack->offset(section.name) % 4096 == 0);
        }
        RC_ASSERT(pack->section("other").empty());
    });
    CHECK(held);
}

TEST_CASE("each changed bit of header and table, and any changed byte of a section, is refused as corrupt") {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "x.pack";
    REQUIRE(catalog::write_pack(path, small));
    const std::string whole = read_file(path);
    const Layout layout = layout_of(*PackFile::open(path), small);
    const auto refused = [&](std::size_t at, int bits) {
        std::string bytes = whole;
        bytes[at] = static_cast<char>(bytes[at] ^ bits);
        write_file(path, bytes);
        const auto pack = PackFile::open(path);
        return !pack && pack.error().code == base::ErrorCode::corrupt_pack && !pack.error().hint.empty();
    };
    for (std::size_t at = 0; at < layout.table_end; ++at)
        for (int bit = 0; bit < 8; ++bit)
            CHECK_MESSAGE(refused(at, 1 << bit), at);
    std::mt19937 random(20261122);
    for (const auto& [offset, size] : layout.sections)
        for (std::size_t tries = 0; tries < std::min<std::size_t>(size, 300); ++tries)
            CHECK_MESSAGE(refused(offset + random() % size, 1 << (random() % 8)), offset);
}

TEST_CASE("a pack that is cut off at any length is refused") {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "x.pack";
    REQUIRE(catalog::write_pack(path, small));
    const std::string whole = read_file(path);
    for (std::size_t size = 0; size < whole.size(); size += size < 300 ? 1 : 13) {
        write_file(path, whole.substr(0, size));
        const auto pack = PackFile::open(path);
        REQUIRE_FALSE(pack);
        CHECK(pack.error().code == base::ErrorCode::corrupt_pack);
    }
    write_file(path, whole.substr(0, whole.size() - 1));
    CHECK_FALSE(PackFile::open(path));
    write_file(path, whole);
    CHECK(PackFile::open(path));
}

TEST_CASE("what is no pack at all is told apart from what cannot be read") {
    const TemporaryFolder folder;
    const auto code = [](const fs::path& path) { return PackFile::open(path).error().code; };
    CHECK(code(folder.path() / "none.pack") == base::ErrorCode::unreadable_file);
    CHECK(code(folder.path()) == base::ErrorCode::corrupt_pack);
    CHECK(code("/dev/null") == base::ErrorCode::corrupt_pack);
    write_file(folder.path() / "text", std::string(5000, 'x'));
    CHECK(code(folder.path() / "text") == base::ErrorCode::corrupt_pack);
    CHECK(PackFile::open(folder.path() / "none.pack").error().hint.find("dstudio content build") != std::string::npos);
}

TEST_CASE("a pack that cannot be written leaves the old one and no litter") {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "x.pack";
    REQUIRE(catalog::write_pack(path, small));
    const std::string before = read_file(path);

    SUBCASE("the disk is full") {
        // RLIMIT_FSIZE stands in for it: writing beyond fails with EFBIG.
        rlimit old{};
        REQUIRE(::getrlimit(RLIMIT_FSIZE, &old) == 0);
        const rlimit low{6000, old.rlim_max};
        auto* const handler = ::signal(SIGXFSZ, SIG_IGN);
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &low) == 0);
        const auto written = catalog::write_pack(path, {{"index", std::string(100'000, 'y')}});
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &old) == 0);
        ::signal(SIGXFSZ, handler);
        REQUIRE_FALSE(written);
        CHECK(written.error().code == base::ErrorCode::unwritable_file);
    }
    SUBCASE("the folder is a file") {
        CHECK(catalog::write_pack(path / "y.pack", small).error().code == base::ErrorCode::unwritable_file);
    }
    SUBCASE("the place is a folder") {
        fs::create_directories(folder.path() / "d" / "not-empty");
        CHECK(catalog::write_pack(folder.path() / "d", small).error().code == base::ErrorCode::unwritable_file);
        fs::remove_all(folder.path() / "d");
    }
    CHECK(read_file(path) == before);
    CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("litter of dead builders is cleared by the next build, that of living ones and other files is not") {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "x.pack";
    const std::string dead = "4194304";  // beyond the largest process number (kernel.pid_max)
    write_file(path.string() + ".tmp-" + dead, "x");
    fs::create_directories(path.string() + ".tmp-" + dead + ".search/db");
    write_file(path.string() + ".tmp-1", "x");
    write_file(path.string() + ".tmp-", "x");
    write_file(path.string() + ".tmp-notes", "x");
    write_file((folder.path() / "y.pack.tmp-").string() + dead, "x");
    REQUIRE(catalog::write_pack(path, small));
    CHECK_FALSE(fs::exists(path.string() + ".tmp-" + dead));
    CHECK_FALSE(fs::exists(path.string() + ".tmp-" + dead + ".search"));
    CHECK(fs::exists(path.string() + ".tmp-1"));
    CHECK(fs::exists(path.string() + ".tmp-"));
    CHECK(fs::exists(path.string() + ".tmp-notes"));
    CHECK(fs::exists((folder.path() / "y.pack.tmp-").string() + dead));
}

TEST_CASE("an open pack stays what it was while its place gets another, also through new descriptors") {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "x.pack";
    REQUIRE(catalog::write_pack(path, {{"index", "old"}}));
    auto opened = PackFile::open(path);
    REQUIRE(opened);
    const PackFile pack = std::move(*opened);
    REQUIRE(catalog::write_pack(path, {{"index", "new"}}));
    CHECK(pack.section("index") == "old");
    const int descriptor = pack.duplicate_descriptor();
    REQUIRE(descriptor >= 0);
    std::string bytes(3, '\0');
    CHECK(::pread(descriptor, bytes.data(), 3, static_cast<off_t>(pack.offset("index"))) == 3);
    CHECK(bytes == "old");
    ::close(descriptor);
    CHECK(PackFile::open(path)->section("index") == "new");
}
