// Reads the sources and holds them against the plan of the house (docs/architecture.md): includes point down, never
// into another service's inside, the core is pure, and every file belongs to its room's target.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Source {
    std::string path;  // from the root: "services/catalog/pack.cpp"
    std::string text;
};

// "services/catalog/pack.cpp" lies on floor "services" in room "catalog".
struct Place {
    std::string floor;
    std::string room;

    explicit Place(const std::string& path) {
        const std::size_t first = path.find('/');
        const std::size_t second = first == std::string::npos ? first : path.find('/', first + 1);
        if (second == std::string::npos)
            return;
        floor = path.substr(0, first);
        room = path.substr(first + 1, second - first - 1);
    }
};

// A floor may include itself and what stands below it. -1: no floor of ours.
int height(const std::string& floor) {
    constexpr std::array floors{"core", "services", "apps"};
    const auto at = std::find(floors.begin(), floors.end(), floor);
    return at == floors.end() ? -1 : static_cast<int>(at - floors.begin());
}

// The headers through which other rooms use a service; all else in it is its inside. A room that is not listed has no
// inside yet: all of its headers are public.
bool is_public(const std::string& header) {
    static const std::set<std::string> catalog_inside{
        "services/catalog/search_terms.hpp",  "services/catalog/snippet.hpp",
        "services/catalog/search_index.hpp",  "services/catalog/schema.hpp",
        "services/catalog/front_matter.hpp",  "services/catalog/markdown.hpp",
        "services/catalog/content_check.hpp", "services/catalog/export_json.hpp",
        "services/catalog/stats.hpp",         "services/catalog/cross_references.hpp",
        "services/catalog/real_catalog.hpp",  "services/catalog/content_fixture.hpp"};
    return !catalog_inside.contains(header);
}

bool is_test(const std::string& path) {
    return path.ends_with("_test.cpp") || path.find("_fixture.") != std::string::npos ||
           path.find("real_catalog.") != std::string::npos;
}

// Where the core would meet files, sockets, clocks, threads, locales or foreign randomness.
const std::set<std::string>& impure() {
    static const std::set<std::string> headers{
        "fstream",    "iostream",   "sstream",   "istream",         "ostream",         "iomanip",
        "syncstream", "filesystem", "thread",    "mutex",           "shared_mutex",    "condition_variable",
        "future",     "atomic",     "semaphore", "latch",           "barrier",         "stop_token",
        "chrono",     "ctime",      "time.h",    "random",          "locale",          "clocale",
        "csignal",    "signal.h",   "csetjmp",   "unistd.h",        "fcntl.h",         "pthread.h",
        "dirent.h",   "netdb.h",    "regex",     "source_location", "memory_resource", "coroutine"};
    return headers;
}

std::vector<std::string> includes_of(const std::string& text, const char* form) {
    const std::regex include(form);
    std::vector<std::string> names;
    for (auto at = std::sregex_iterator(text.begin(), text.end(), include); at != std::sregex_iterator(); ++at)
        names.push_back((*at)[1]);
    return names;
}

std::vector<std::string> faults_of(const Source& source) {
    std::vector<std::string> faults;
    const Place here(source.path);
    for (const std::string& name : includes_of(source.text, R"re((?:^|\n)[ \t]*#[ \t]*include[ \t]*"([^"]*)")re")) {
        const Place there(name);
        if (height(there.floor) < 0) {
            faults.push_back(source.path + ": \"" + name + "\" is not a full path from the root");
            continue;
        }
        const bool same_room = here.floor == there.floor && here.room == there.room;
        if (height(there.floor) > height(here.floor))
            faults.push_back(source.path + ": includes " + name + ", which stands above");
        else if (here.floor == "core" && here.room == "base" && !same_room)
            faults.push_back(source.path + ": the ground includes " + name);
        else if (here.floor == "apps" && there.floor == "apps" && !same_room && here.room != "cli")
            faults.push_back(source.path + ": includes " + name + " of another door");
        else if (!same_room && there.floor == "services" && !is_public(name))
            faults.push_back(source.path + ": reaches inside with " + name);
        if (!is_test(source.path) && is_test(name))
            faults.push_back(source.path + ": includes " + name + ", which is for tests");
    }
    if (here.floor == "core" && !is_test(source.path)) {
        for (const std::string& name : includes_of(source.text, R"re((?:^|\n)[ \t]*#[ \t]*include[ \t]*<([^>]*)>)re"))
            if (impure().contains(name) || name.starts_with("sys/") || name.starts_with("net/") ||
                name.starts_with("netinet/") || name.starts_with("arpa/") || name.starts_with("boost/asio"))
                faults.push_back(source.path + ": <" + name + "> is not pure");
    }
    return faults;
}

std::string read_file(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    REQUIRE_MESSAGE(stream.good(), path.string());
    return {std::istreambuf_iterator<char>(stream), {}};
}

const fs::path root = DSTUDIO_SOURCE_DIR;

std::vector<Source> sources() {
    std::vector<Source> found;
    for (const char* floor : {"core", "services", "apps"})
        for (const auto& item : fs::recursive_directory_iterator(root / floor))
            if (const auto extension = item.path().extension(); extension == ".cpp" || extension == ".hpp")
                found.push_back({item.path().lexically_relative(root).generic_string(), read_file(item.path())});
    std::sort(found.begin(), found.end(), [](const Source& a, const Source& b) { return a.path < b.path; });
    return found;
}

}  // namespace

TEST_CASE("includes point down, the core is pure, services meet through their public headers") {
    const auto all = sources();
    CHECK(all.size() > 50);
    for (const Source& source : all)
        for (const std::string& fault : faults_of(source))
            FAIL_CHECK(fault);
}

TEST_CASE("a planted bad include is found, a good one is not") {
    struct Case {
        std::string path;
        std::string include;
        bool is_bad;
    };
    for (const Case& c : {Case{"core/base/x.cpp", "\"services/catalog/catalog.hpp\"", true},
                          {"core/base/x.cpp", "\"core/sim/queue.hpp\"", true},
                          {"core/sim/x.cpp", "\"core/base/text.hpp\"", false},
                          {"core/sim/x.cpp", "\"apps/http/server.hpp\"", true},
                          {"services/catalog/x.cpp", "\"apps/cli/commands.hpp\"", true},
                          {"services/catalog/x.cpp", "\"services/catalog/search_terms.hpp\"", false},
                          {"services/design/x.cpp", "\"services/catalog/search_terms.hpp\"", true},
                          {"services/design/x.cpp", "\"services/catalog/catalog.hpp\"", false},
                          {"apps/http/x.cpp", "\"services/catalog/front_matter.hpp\"", true},
                          {"apps/http/x.cpp", "\"services/catalog/search.hpp\"", false},
                          {"apps/http/x.cpp", "\"apps/cli/commands.hpp\"", true},
                          {"apps/cli/x.cpp", "\"apps/http/server.hpp\"", false},
                          {"services/catalog/x.cpp", "\"pack.hpp\"", true},
                          {"services/catalog/x.cpp", "\"services/catalog/content_fixture.hpp\"", true},
                          {"services/catalog/x_test.cpp", "\"services/catalog/content_fixture.hpp\"", false},
                          {"core/base/x.cpp", "<fstream>", true},
                          {"core/base/x.hpp", "<mutex>", true},
                          {"core/base/x.hpp", "<sys/socket.h>", true},
                          {"core/base/x.hpp", "<string>", false},
                          {"services/catalog/x.cpp", "<fstream>", false},
                          {"core/base/x_test.cpp", "<random>", false}}) {
        CAPTURE(c.path);
        CAPTURE(c.include);
        for (const char* form : {"#include ", "  #  include "})
            CHECK(faults_of({c.path, "// text\n" + (form + c.include) + "\n"}).empty() != c.is_bad);
        CHECK(faults_of({c.path, "// #include " + c.include + "\n"}).empty());
    }
}

TEST_CASE("each source stands in the CMake file of its room, and each header opens with a comment and a guard") {
    for (const Source& source : sources()) {
        const fs::path path = root / source.path;
        if (source.path.ends_with(".hpp")) {
            CHECK_MESSAGE(source.text.find("#pragma once") != std::string::npos, source.path);
            CHECK_MESSAGE(source.text.starts_with("//"), source.path);
            continue;
        }
        fs::path folder = path.parent_path();
        while (!fs::exists(folder / "CMakeLists.txt") && folder != root)
            folder = folder.parent_path();
        REQUIRE_MESSAGE(folder != root, source.path << ": no CMakeLists.txt in its room");
        const std::string list = read_file(folder / "CMakeLists.txt");
        const std::string name = path.lexically_relative(folder).generic_string();
        const std::regex word("(^|[\\s(/])" + std::regex_replace(name, std::regex("[.]"), "[.]") + "($|[\\s)])");
        CHECK_MESSAGE(std::regex_search(list, word), source.path << " is in no target");
    }
}

TEST_CASE("each room says what it promises") {
    for (const char* floor : {"core", "services", "apps"})
        for (const auto& room : fs::directory_iterator(root / floor))
            if (room.is_directory())
                CHECK_MESSAGE(fs::exists(room.path() / "README.md"), room.path().string());
}
