// Kills the real `dstudio content build` at random moments and looks at what is left: the pack at the path is wholly
// the old one or wholly the new one, whoever had it open keeps reading, and litter does not pile up.
//
// The moments are drawn from a seed over the build time that is measured first; two contents alternate, so that each
// completed build changes the pack.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <random>
#include <set>
#include <thread>

#include "services/catalog/content_fixture.hpp"
#include "services/catalog/loader.hpp"
#include "services/catalog/search.hpp"

extern char** environ;

using namespace dstudio;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr int kills = 50;
constexpr std::uint32_t seed = 20261122;

pid_t start_build(const fs::path& content, const fs::path& pack) {
    const std::vector<std::string> words{DSTUDIO_BINARY, "content", "build", "--content", content, "--pack", pack};
    std::vector<char*> arguments;
    for (const std::string& word : words)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    REQUIRE(::posix_spawn_file_actions_init(&actions) == 0);
    for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO})
        REQUIRE(::posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0) == 0);
    pid_t process = 0;
    REQUIRE(::posix_spawn(&process, DSTUDIO_BINARY, &actions, nullptr, arguments.data(), environ) == 0);
    ::posix_spawn_file_actions_destroy(&actions);
    return process;
}

int wait_for(pid_t process) {
    int status = 0;
    REQUIRE(::waitpid(process, &status, 0) == process);
    return status;
}

void build(const fs::path& content, const fs::path& pack) {
    REQUIRE(wait_for(start_build(content, pack)) == 0);
}

// Two trees that differ, and the hashes of their packs.
struct Contents {
    catalog::ContentFixture first;
    catalog::ContentFixture second;
    std::string first_hash;
    std::string second_hash;

    Contents() {
        second.replace("concepts/quorum.md", "name: Quorum", "name: Voting set");
        first_hash = catalog::load_content(first.content())->content.hash;
        second_hash = catalog::load_content(second.content())->content.hash;
        REQUIRE(first_hash != second_hash);
    }
    [[nodiscard]] fs::path content(int turn) const { return turn % 2 == 0 ? first.content() : second.content(); }
};

// Opening verifies every section; then what the pack says must all be of one content.
std::string verified_hash(const fs::path& pack, const Contents& contents) {
    const auto opened = catalog::Catalog::open(pack);
    REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().message));
    const bool is_first = opened->content_hash() == contents.first_hash;
    CHECK((is_first || opened->content_hash() == contents.second_hash));
    CHECK(opened->entries().size() == catalog::ContentFixture::entries_count);
    const std::string_view name = is_first ? "Quorum" : "Voting set";
    const catalog::Brief* quorum = opened->find(*catalog::parse_ref("concept:quorum"));
    REQUIRE(quorum != nullptr);
    CHECK(quorum->name == name);
    CHECK(opened->entry_json(*quorum).find("\"name\":\"" + std::string(name) + "\"") != std::string_view::npos);
    CHECK(opened->stats_json().find(opened->content_hash()) != std::string_view::npos);
    auto searcher = catalog::Searcher::open(*opened);
    REQUIRE(searcher);
    const auto page = searcher->search({.text = std::string(name), .limit = 1});
    REQUIRE(page);
    REQUIRE(page->hits.size() == 1);
    CHECK(page->hits[0].brief == quorum);
    return opened->content_hash();
}

std::vector<std::string> beside(const fs::path& pack) {
    std::vector<std::string> names;
    for (const auto& item : fs::directory_iterator(pack.parent_path()))
        if (item.path() != pack)
            names.push_back(item.path().filename());
    return names;
}

bool has_ended(pid_t process) {
    siginfo_t ended{};
    return ::waitid(P_PID, static_cast<id_t>(process), &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid != 0;
}

// Whether the builder's scratch folder stands beside the pack.
bool is_indexing(const fs::path& pack, pid_t process) {
    return fs::exists(pack.string() + ".tmp-" + std::to_string(process) + ".search");
}

// Returns when the builder has made its search index and is about to write the pack, or has ended.
void wait_for_writing(const fs::path& pack, pid_t process) {
    while (!is_indexing(pack, process) && !has_ended(process))
        std::this_thread::sleep_for(20us);
    while (is_indexing(pack, process) && !has_ended(process)) {
    }
}

std::vector<std::string> sections_of(const catalog::Catalog& catalog) {
    std::vector<std::string> sections;
    for (const char* name : {"index", "entries", "taxonomy", "stats", "graphs", "search"})
        sections.emplace_back(catalog.pack().section(name));
    return sections;
}

}  // namespace

TEST_CASE("a build killed at any moment leaves the old pack or the new one, whole, and no lasting litter") {
    const Contents contents;
    const catalog::TemporaryFolder folder;
    const fs::path pack = folder.path() / "catalogue.pack";
    auto start = std::chrono::steady_clock::now();
    build(contents.first.content(), pack);
    const auto since_start = [&] {
        return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start).count();
    };
    auto duration_us = since_start();
    CHECK(beside(pack).empty());

    const auto kept = catalog::Catalog::open(pack);
    REQUIRE(kept);
    auto kept_searcher = catalog::Searcher::open(*kept);
    REQUIRE(kept_searcher);
    const auto kept_sections = sections_of(*kept);

    std::mt19937 random(seed);
    int killed = 0;
    int replaced = 0;
    std::size_t litter_max = 0;
    std::string before = contents.first_hash;
    int turn = 0;
    while (killed < kills && turn < 10 * kills) {
        ++turn;
        start = std::chrono::steady_clock::now();
        const pid_t process = start_build(contents.content(turn), pack);
        // Half of the moments lie anywhere in the build; the other half, where it matters most, after the index is
        // made: there the pack is written in less than a millisecond, synced in as long as the disk takes, and renamed,
        // so these are spread evenly over magnitudes up to a tenth of a second.
        const bool is_late = turn % 4 >= 2;
        if (is_late)
            wait_for_writing(pack, process);
        const std::int64_t limit_us = is_late ? std::int64_t{100} << (random() % 11) : duration_us;
        std::uniform_int_distribution<std::int64_t> delay_us(0, limit_us);
        std::this_thread::sleep_for(std::chrono::microseconds(delay_us(random)));
        const auto waited_us = since_start();
        REQUIRE(::kill(process, SIGKILL) == 0);
        const int status = wait_for(process);
        CAPTURE(turn);
        const std::string after = verified_hash(pack, contents);
        const bool was_killed = WIFSIGNALED(status);
        killed += was_killed ? 1 : 0;
        replaced += after != before ? 1 : 0;
        if (!was_killed) {  // it was done: then its pack is the one
            CHECK(after == (turn % 2 == 0 ? contents.first_hash : contents.second_hash));
            duration_us = std::min<std::int64_t>(duration_us, waited_us);
        }
        before = after;
        litter_max = std::max(litter_max, beside(pack).size());
        const auto page = kept_searcher->search({.text = "quorum", .limit = 1});
        REQUIRE(page);
        CHECK(page->hits.at(0).brief->name == "Quorum");
        CHECK(sections_of(*kept) == kept_sections);
    }
    MESSAGE("build time " << duration_us / 1000 << " ms; " << killed << " of " << turn << " builds killed, " << replaced
                          << " replaced the pack, at most " << litter_max << " files left beside it");
    CHECK(killed == kills);
    // A builder that is killed early leaves what earlier ones left: those that get far enough clear it.
    build(contents.second.content(), pack);
    CHECK(beside(pack).empty());
    CHECK(verified_hash(pack, contents) == contents.second_hash);
}

TEST_CASE("killed builders that never finish do not pile up litter") {
    const Contents contents;
    const catalog::TemporaryFolder folder;
    const fs::path pack = folder.path() / "catalogue.pack";
    std::size_t seen = 0;
    std::size_t litter_max = 0;
    for (int turn = 0; turn < 8; ++turn) {
        const pid_t process = start_build(contents.content(turn), pack);
        while (!is_indexing(pack, process) && !has_ended(process))
            std::this_thread::sleep_for(20us);
        seen += is_indexing(pack, process) ? 1 : 0;
        ::kill(process, SIGKILL);
        wait_for(process);
        litter_max = std::max(litter_max, beside(pack).size());
    }
    MESSAGE(seen << " of 8 builders were caught at work, at most " << litter_max
                 << " of their files lay there at once");
    CHECK(seen > 0);
    CHECK(litter_max <= 2);  // one builder's scratch folder and unfinished pack
}

TEST_CASE("builds at once do not disturb each other: the last rename wins, whole") {
    const Contents contents;
    const catalog::TemporaryFolder folder;
    const fs::path pack = folder.path() / "catalogue.pack";
    for (int round = 0; round < 5; ++round) {
        std::vector<pid_t> processes;
        for (int turn = 0; turn < 3; ++turn)
            processes.push_back(start_build(contents.content(turn), pack));
        for (const pid_t process : processes)
            CHECK(wait_for(process) == 0);
        verified_hash(pack, contents);
        CHECK(beside(pack).empty());
    }
}

TEST_CASE("content with mistakes leaves the pack as it was") {
    const Contents contents;
    const catalog::TemporaryFolder folder;
    const fs::path pack = folder.path() / "catalogue.pack";
    build(contents.first.content(), pack);
    contents.second.replace("concepts/quorum.md", "level: L3", "level: L9");
    const int status = wait_for(start_build(contents.second.content(), pack));
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 1);
    CHECK(verified_hash(pack, contents) == contents.first_hash);
    CHECK(beside(pack).empty());
}
