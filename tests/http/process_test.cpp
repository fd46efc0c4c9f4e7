// The real program as an operator runs it: started, asked, told to reload, told to stop.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "services/catalog/build.hpp"
#include "services/catalog/content_fixture.hpp"
#include "services/catalog/loader.hpp"
#include "tests/http/client.hpp"

extern char** environ;

using namespace dstudio;
using namespace dstudio::http_test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

// `dstudio serve` on a free port; its standard output goes to a pipe, its standard error to a file.
class Process {
  public:
    Process(const fs::path& pack, const fs::path& web, const fs::path& log) {
        std::array<int, 2> pipe{};
        REQUIRE(::pipe2(pipe.data(), O_CLOEXEC) == 0);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        const std::vector<std::string> words{DSTUDIO_BINARY, "serve", "--port", "0", "--pack", pack, "--web", web};
        std::vector<char*> arguments;
        for (const std::string& word : words)
            arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        REQUIRE(::posix_spawn(&pid_, DSTUDIO_BINARY, &actions, nullptr, arguments.data(), environ) == 0);
        posix_spawn_file_actions_destroy(&actions);
        ::close(pipe[1]);
        std::string line;
        char c = 0;
        while (::read(pipe[0], &c, 1) == 1 && c != '\n')
            line += c;
        ::close(pipe[0]);
        const std::size_t colon = line.rfind(':');
        REQUIRE(colon != std::string::npos);
        port_ = static_cast<std::uint16_t>(std::stoi(line.substr(colon + 1)));
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }
    void signal(int number) const { ::kill(pid_, number); }
    int exit_code() {
        int status = 0;
        ::waitpid(pid_, &status, 0);
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

  private:
    pid_t pid_ = -1;
    std::uint16_t port_ = 0;
};

void build(const catalog::ContentFixture& content) {
    const auto loaded = catalog::load_content(content.content());
    REQUIRE(loaded.has_value());
    REQUIRE(catalog::build_pack(loaded->content, content.pack()).has_value());
}

}  // namespace

TEST_CASE("the program serves, reloads on SIGHUP, logs a line per request, and stops on SIGTERM") {
    const catalog::ContentFixture content;
    build(content);
    const fs::path web = content.folder() / "site";
    fs::create_directories(web);
    std::ofstream(web / "index.html") << "home";
    const fs::path log = content.folder() / "log";
    Process process(content.pack(), web, log);
    CHECK(fetch(process.port(), "/").body == "home");
    CHECK(fetch(process.port(), "/readyz").status == 200);

    content.replace("patterns/bulkhead.md", "name: Bulkhead", "name: Schott");
    build(content);
    process.signal(SIGHUP);
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    std::string body;
    do {
        std::this_thread::sleep_for(20ms);
        body = fetch(process.port(), "/api/v1/patterns/bulkhead").body;
    } while (body.find("Schott") == std::string::npos && std::chrono::steady_clock::now() < deadline);
    CHECK(body.find("Schott") != std::string::npos);

    process.signal(SIGTERM);
    CHECK(process.exit_code() == 0);
    std::ifstream stream(log);
    const std::string lines{std::istreambuf_iterator<char>(stream), {}};
    for (const char* part : {R"("event":"start")", R"("event":"reload")", R"("event":"stop")",
                             R"("method":"GET","target":"/","route":"site","status":200)"}) {
        CAPTURE(std::string(part));
        CHECK(lines.find(part) != std::string::npos);
    }
}
