// The command line as a newcomer and as a script use it: the real program over the real content.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

struct Outcome {
    int exit_code;
    std::string out;
    std::string err;
};

class Workspace {
  public:
    Workspace() : folder_(fs::temp_directory_path() / ("dstudio-cli-" + std::to_string(::getpid()))) {
        fs::create_directories(folder_);
        const Outcome built = run("content build --content " DSTUDIO_SOURCE_DIR "/content");
        REQUIRE_MESSAGE(built.exit_code == 0, built.err);
    }
    ~Workspace() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;

    [[nodiscard]] Outcome run(const std::string& arguments) const {
        const fs::path error_file = folder_ / "stderr";
        const std::string command = "DSTUDIO_PACK='" + pack() + "' " DSTUDIO_BINARY " " + arguments + " 2>'" +
                                    error_file.string() + "' </dev/null";
        FILE* pipe = ::popen(command.c_str(), "r");
        REQUIRE(pipe != nullptr);
        Outcome outcome{0, {}, {}};
        std::array<char, 4096> buffer{};
        while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe))
            outcome.out.append(buffer.data(), n);
        const int status = ::pclose(pipe);
        outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        std::ifstream stream(error_file);
        outcome.err.assign(std::istreambuf_iterator<char>(stream), {});
        return outcome;
    }

    [[nodiscard]] json run_json(const std::string& arguments, int exit_code = 0) const {
        const Outcome outcome = run(arguments + " --json");
        CHECK_MESSAGE(outcome.exit_code == exit_code, arguments);
        json parsed = json::parse(outcome.out, nullptr, false);
        CHECK_FALSE_MESSAGE(parsed.is_discarded(), arguments);
        return parsed;
    }

    [[nodiscard]] std::string pack() const { return (folder_ / "catalogue.pack").string(); }
    [[nodiscard]] const fs::path& folder() const { return folder_; }

  private:
    fs::path folder_;
};

const Workspace& workspace() {
    static const Workspace shared;
    return shared;
}

}  // namespace

TEST_CASE("the content has no error") {
    const json report = workspace().run_json("content check --content " DSTUDIO_SOURCE_DIR "/content");
    CHECK(report["errors"] == 0);
    CHECK(report["entries"].get<int>() >= 1000);
}

TEST_CASE("a mistake in the content is printed with file, line and reason, and fails") {
    const fs::path copy = workspace().folder() / "content";
    fs::copy(DSTUDIO_SOURCE_DIR "/content", copy, fs::copy_options::recursive);
    std::ofstream(copy / "concepts" / "saga-two.md") << "---\nid: saga-two\nname: Two sagas\n---\n";
    const Outcome check = workspace().run("content check --content " + copy.string());
    CHECK(check.exit_code == 1);
    CHECK(check.out.find("concepts/saga-two.md:2: missing-source: the entry lacks 'sources'") != std::string::npos);
    CHECK(check.err.find("error") != std::string::npos);
    const Outcome build = workspace().run("content build --content " + copy.string() + " --pack " +
                                          (workspace().folder() / "other.pack").string());
    CHECK(build.exit_code == 1);
    CHECK_FALSE(fs::exists(workspace().folder() / "other.pack"));
}

TEST_CASE("the new entry that docs/authoring.md teaches passes the check, and is found") {
    std::ifstream guide(DSTUDIO_SOURCE_DIR "/docs/authoring.md");
    const std::string text{std::istreambuf_iterator<char>(guide), {}};
    const std::string fence = "```markdown\n";
    const std::size_t start = text.find(fence);
    REQUIRE(start != std::string::npos);
    const std::size_t body = start + fence.size();
    const std::string entry = text.substr(body, text.find("```", body) - body);
    const fs::path copy = workspace().folder() / "content-with-new-entry";
    fs::copy(DSTUDIO_SOURCE_DIR "/content", copy, fs::copy_options::recursive);
    std::ofstream(copy / "concepts" / "leaky-bucket.md") << entry;
    const std::string pack = (workspace().folder() / "new.pack").string();
    const Outcome built = workspace().run("content build --content " + copy.string() + " --pack " + pack);
    CHECK_MESSAGE(built.exit_code == 0, built.err);
    CHECK(workspace().run("search leaky bucket --pack " + pack).out.find("concept:leaky-bucket") != std::string::npos);
}

TEST_CASE("the statistics count what the series promises") {
    const json stats = workspace().run_json("stats");
    CHECK(stats["concepts"]["total"].get<int>() >= 332);
    CHECK(stats["patterns"]["total"].get<int>() >= 132);
    CHECK(stats["patterns"]["series_own"] == 91);
    CHECK(stats["episodes"]["numbered"] == 35);
    CHECK(stats["episodes"]["extra"] == 6);
    CHECK(stats["episodes"]["scripted"] == 34);  // the series' 35 scripts count E18 twice
    CHECK(stats["episodes"]["planned"] == 7);
    CHECK(stats["entries"]["by_kind"]["companies"] == 41);
    CHECK(stats["combinations"]["total"].get<int>() >= 120);
    CHECK(stats["concepts"]["security_share"].get<double>() >= 0.15);
    CHECK(workspace().run("stats").out.find("Coverage gaps") != std::string::npos);
}

TEST_CASE("search finds, filters, corrects and says when there is nothing") {
    const json herd = workspace().run_json("search 'thundering herd' --kind incidents");
    CHECK(herd["total"].get<int>() > 0);
    for (const json& result : herd["results"])
        CHECK(result["kind"] == "incident");
    CHECK(workspace().run_json("search cirkit braker", 1)["suggestion"] == "circuit breaker");
    const Outcome nothing = workspace().run("search zzzzqqqq");
    CHECK(nothing.exit_code == 1);
    CHECK(nothing.out.find("0 results") != std::string::npos);
    const Outcome wrong_kind = workspace().run("search x --kind animals");
    CHECK(wrong_kind.exit_code == 2);
    CHECK(wrong_kind.err.find("there is no kind 'animals'") != std::string::npos);
}

TEST_CASE("show reads an entry by reference, by id and by name, and offers the nearest") {
    const json breaker = workspace().run_json("show pattern:circuit-breaker");
    CHECK(breaker["ref"] == "pattern:circuit-breaker");
    CHECK(breaker["fields"]["trade_offs"].size() >= 2);
    const Outcome page = workspace().run("show episode:E13");
    CHECK(page.exit_code == 0);
    CHECK(page.out.find("Before it, in this order") != std::string::npos);
    const Outcome missing = workspace().run("show pattern:circut-breaker");
    CHECK(missing.exit_code == 1);
    CHECK(missing.out.empty());
    CHECK(missing.err.find("did you mean 'pattern:circuit-breaker'?") != std::string::npos);
    CHECK(workspace().run("show circuit-breaker").exit_code == 2);  // a concept and a pattern have that id
}

TEST_CASE("a path shows what its order breaks and a repaired order that breaks nothing") {
    const json path = workspace().run_json("show path:new-grad");
    CHECK(path["analysis"]["broken"].size() == 5);  // as paths.yaml of the series' facts counts by hand
    std::set<std::string> heard;
    for (const json& step : path["analysis"]["repaired"]) {
        const json episode = workspace().run_json("show " + step["step"]["ref"].get<std::string>());
        for (const json& needed : episode["fields"].value("prerequisites", json::array()))
            CHECK(heard.contains(needed.get<std::string>()));
        heard.insert(step["step"]["ref"].get<std::string>());
    }
}

TEST_CASE("graphs come as JSON, DOT and Mermaid") {
    const json graph = workspace().run_json("graph episodes");
    CHECK(graph["nodes"].size() == 41);
    CHECK(graph["edges"].size() > 41);
    CHECK(workspace().run("graph episodes --format dot").out.starts_with("digraph"));
    CHECK(workspace().run("graph episodes --format mermaid").out.starts_with("flowchart LR"));
    const Outcome unknown = workspace().run("graph patterns --relation likes");
    CHECK(unknown.exit_code == 2);
    CHECK(unknown.err.find("known: ") != std::string::npos);
}

TEST_CASE("wrong use is exit code 2, a missing pack 3, each with a way out") {
    CHECK(workspace().run("").exit_code == 2);
    CHECK(workspace().run("frobnicate").exit_code == 2);
    CHECK(workspace().run("show").exit_code == 2);
    CHECK(workspace().run("graph episodes --format svg").exit_code == 2);
    const Outcome no_pack = workspace().run("stats --pack /nonexistent/catalogue.pack");
    CHECK(no_pack.exit_code == 3);
    CHECK(no_pack.err.find("dstudio content build") != std::string::npos);
}

TEST_CASE("every command explains itself, the manual and the completions name them all") {
    const std::string manual = workspace().run("man").out;
    const std::string bash = workspace().run("completion bash").out;
    for (const std::string command : {"serve", "search", "show", "stats", "graph", "content check", "content build",
                                      "content export", "completion", "version"}) {
        CAPTURE(command);
        const Outcome help = workspace().run(command + " --help");
        CHECK(help.exit_code == 0);
        CHECK(help.out.find("Usage") != std::string::npos);
        CHECK(manual.find("dstudio " + command) != std::string::npos);
        CHECK(bash.find("'" + command + "'") != std::string::npos);
    }
    CHECK(workspace().run("completion zsh").out.starts_with("#compdef dstudio"));
    CHECK(workspace().run("completion fish").out.find("complete -c dstudio") != std::string::npos);
}

TEST_CASE("the completion of bash offers commands and flags") {
    const fs::path script = workspace().folder() / "complete.bash";
    std::ofstream(script) << workspace().run("completion bash").out
                          << "COMP_WORDS=(dstudio content '')\nCOMP_CWORD=2\n_dstudio\necho \"${COMPREPLY[@]}\"\n"
                          << "COMP_WORDS=(dstudio search --fa)\nCOMP_CWORD=2\n_dstudio\necho \"${COMPREPLY[@]}\"\n";
    FILE* pipe = ::popen(("bash '" + script.string() + "'").c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::array<char, 1000> buffer{};
    const std::string out(buffer.data(), std::fread(buffer.data(), 1, buffer.size(), pipe));
    CHECK(::pclose(pipe) == 0);
    CHECK(out.find("check") != std::string::npos);
    CHECK(out.find("build") != std::string::npos);
    CHECK(out.find("--facets") != std::string::npos);
}

TEST_CASE("the version tells program and content apart") {
    const json version = workspace().run_json("version");
    CHECK(version["entries"].get<int>() >= 1000);
    CHECK_FALSE(version["content_hash"].is_null());
    CHECK(workspace().run("version --pack /nonexistent").exit_code == 0);
}

TEST_CASE("the issue's own formula commands give the figures of theory") {
    const json erlang = workspace().run_json("formula eval erlang-c servers=10 arrival_rate=8/s service_rate=1/s");
    // Erlang C of ten servers at eight erlangs, by the defining sum.
    double sum = 0;
    double term = 1;
    for (int k = 0; k < 10; ++k) {
        sum += term;
        term *= 8.0 / (k + 1);
    }
    const double tail = term / (1 - 0.8);
    const json& probability = erlang["outputs"]["wait_probability"];
    CHECK(probability["value"].get<double>() / (probability["unit"] == "%" ? 100 : 1) ==
          doctest::Approx(tail / (sum + tail)).epsilon(1e-9));
    CHECK_FALSE(erlang["sources"].empty());
    CHECK(erlang["warnings"].empty());

    const json solved =
        workspace().run_json("formula solve mm1-response --for arrival_rate response_time=250ms service_rate=10/s");
    REQUIRE(solved["solutions"].size() == 1);
    CHECK(solved["solutions"][0]["arrival_rate"]["value"].get<double>() == doctest::Approx(6).epsilon(1e-9));
    CHECK(workspace()
              .run_json("formula solve mm1-response --for arrival_rate response_time=50ms service_rate=10/s",
                        1)["solutions"]
              .empty());

    const json sampled =
        workspace().run_json("formula sample availability-series 'a1=beta(99,1)' a2=99.9% --n 1000000");
    const json& availability = sampled["outputs"]["availability"];
    const double scale = availability["unit"] == "%" ? 100 : 1;
    // The mean of beta(99, 1) is 0.99, its deviation 0.0099: five standard errors of a million samples.
    CHECK(std::fabs(availability["mean"].get<double>() / scale - 0.99 * 0.999) < 5 * 0.0099 / 1000);
    CHECK(workspace().run_json("formula sample availability-series 'a1=beta(99,1)' a2=99.9% --n 1000 --seed 7") ==
          workspace().run_json("formula sample availability-series 'a1=beta(99,1)' a2=99.9% --n 1000 --seed 7"));

    std::ofstream(workspace().folder() / "load.csv")
        << "n,throughput\n1,995\n2,1890\n4,3420\n8,5700\n16,8200\n32,9300\n48,8900\n";
    const json fitted = workspace().run_json("formula fit usl " + (workspace().folder() / "load.csv").string());
    CHECK(fitted["points"] == 7);
    CHECK(fitted["r_squared"].get<double>() > 0.99);
    CHECK(fitted["estimates"]["contention"]["low"].get<double>() <
          fitted["estimates"]["contention"]["high"].get<double>());
}

TEST_CASE("a model of one's own runs, and its mistakes are told at their place") {
    const std::string file = (workspace().folder() / "model.dsm").string();
    std::ofstream(file) << "rate = 80/s\nservers = 12\nload = rate * 100 ms\nwait = erlang_c(servers, load) -> %\n"
                           "response = mm1_response(arrival_rate: 8/s, service_rate: 10/s) -> ms\n";
    const json answer = workspace().run_json("formula run " + file);
    CHECK(answer["outputs"]["load"]["value"].get<double>() == doctest::Approx(8).epsilon(1e-12));
    CHECK(answer["outputs"]["response"]["value"].get<double>() == doctest::Approx(500).epsilon(1e-9));
    CHECK(workspace().run_json("formula run " + file + " servers=9")["outputs"]["wait"]["value"].get<double>() >
          answer["outputs"]["wait"]["value"].get<double>());
    std::ofstream(file) << "total = 5 ms\nsum_of = total + 3 MB\n";
    const Outcome wrong = workspace().run("formula run " + file);
    CHECK(wrong.exit_code == 1);
    CHECK(wrong.err.find("model.dsm:2:10: cannot add 'total' and '3 MB'") != std::string::npos);
    CHECK(wrong.out.empty());
}

TEST_CASE("bad input to a formula is refused with what it is, what it must be, and no hang") {
    std::ofstream(workspace().folder() / "big.dsm") << "x = " << std::string(1'000'000, '(');
    std::ofstream(workspace().folder() / "deep.dsm") << "x = " << std::string(20'000, '(') << "1";
    const auto refused = [](const std::string& arguments) {
        const Outcome outcome = workspace().run(arguments);
        CHECK_MESSAGE(outcome.exit_code != 0, arguments);
        CHECK_MESSAGE(outcome.exit_code <= 3, arguments);
        return outcome.err;
    };
    CHECK(refused("formula eval mm1-response arrival_rate='10 ms/s' service_rate=10/s").find("plain number") !=
          std::string::npos);
    CHECK(refused("formula eval availability-series 'a=[-0.1]'").find("between") != std::string::npos);
    CHECK(refused("formula eval erlang-c servers=0 arrival_rate=8/s service_rate=1/s").find("at least 1") !=
          std::string::npos);
    CHECK(refused("formula eval mm1-response arrival_rate=nan/s service_rate=10/s").find("'nan'") != std::string::npos);
    CHECK(refused("formula eval mm1-response arrival_rate=1e400/s service_rate=10/s").find("too large") !=
          std::string::npos);
    CHECK(refused("formula run " + (workspace().folder() / "big.dsm").string()).find("at most 65536") !=
          std::string::npos);
    CHECK(refused("formula run " + (workspace().folder() / "deep.dsm").string()).find("nested deeper") !=
          std::string::npos);
    CHECK(refused("formula eval no-such-formula").find("there is no formula") != std::string::npos);
    CHECK(refused("formula eval mm1-respons arrival_rate=1/s").find("did you mean 'mm1-response'?") !=
          std::string::npos);
    CHECK(refused("formula eval mm1-response arrival_rate").find("gives no value") != std::string::npos);
    CHECK(refused("formula fit usl /no/such/file").find("cannot be read") != std::string::npos);
}

TEST_CASE("a scenario runs from the catalogue, a file or standard input, with the same figures for the same seed") {
    const json report = workspace().run_json("sim run retry-storm --seed 3", 1);  // misses its objective
    CHECK(report["objectives"][0]["met"] == false);
    CHECK_FALSE(report["diagnosis"].empty());
    CHECK(workspace().run_json("sim run " DSTUDIO_SOURCE_DIR "/content/scenarios/retry-storm.yaml --seed 3", 1) ==
          report);
    CHECK(workspace().run_json("sim run retry-storm --seed 4", 1) != report);
    // Threads change how long it takes, not what comes out.
    CHECK(workspace().run_json("sim run retry-storm --runs 4 --threads 1", 1) ==
          workspace().run_json("sim run retry-storm --runs 4 --threads 2", 1));
    const Outcome text = workspace().run("sim run retry-storm-repaired");
    CHECK(text.exit_code == 0);
    CHECK(text.out.find("met     users: 90 % answered") != std::string::npos);
    const std::string file = (workspace().folder() / "wrong.yaml").string();
    std::ofstream(file) << "workloads:\n- {id: w, rate: 10/s, call: a}\ncomponents:\n- {id: a, steps: [{call: a}]}\n";
    const Outcome wrong = workspace().run("sim run " + file);
    CHECK(wrong.exit_code == 1);
    CHECK(wrong.err.find("wrong.yaml:4:11: scenario-mistake: a request would never end: a -> a") != std::string::npos);
    const Outcome misspelt = workspace().run("sim run retry-strom");
    CHECK(misspelt.exit_code == 3);
    CHECK(misspelt.err.find("'retry-strom' is neither a file that can be read nor a scenario") != std::string::npos);
    CHECK(misspelt.err.find("did you mean 'retry-storm'?") != std::string::npos);
}

TEST_CASE("every scenario of the catalogue runs, and every repair meets what its pair misses") {
    const json list = workspace().run_json("sim list");
    CHECK(list.size() >= 18);
    const auto counterpart = [&](const std::string& id) {
        for (const json& scenario : list)
            if (scenario["id"] == id)
                return scenario["counterpart_of"];
        return json("missing");
    };
    CHECK(counterpart("retry-storm-repaired") == "retry-storm");
    CHECK(counterpart("retry-storm").is_null());
    CHECK(workspace().run("sim list").out.find("(counterpart of retry-storm)") != std::string::npos);
    const auto met = [](const std::string& id) {
        const Outcome outcome = workspace().run("sim run " + id + " --json");
        CHECK_MESSAGE((outcome.exit_code == 0 || outcome.exit_code == 1), id);
        const json report = json::parse(outcome.out);
        CHECK_MESSAGE(!report.contains("stopped_early"), id);
        return outcome.exit_code == 0;
    };
    for (const json& scenario : list)
        (void)met(scenario["id"]);
    for (const auto& [worse, better] : {std::pair{"retry-storm", "retry-storm-repaired"},
                                        {"thundering-herd", "thundering-herd-jittered"},
                                        {"cascading-timeouts", "cascading-timeouts-repaired"},
                                        {"gray-failure", "gray-failure-least-requests"},
                                        {"load-balancer-random", "load-balancer-power-of-two"},
                                        {"tail-at-scale", "tail-at-scale-hedged"},
                                        {"noisy-neighbour", "noisy-neighbour-bulkheads"},
                                        {"connection-pool-exhaustion", "connection-pool-exhaustion-repaired"}}) {
        CHECK_MESSAGE(!met(worse), worse);
        CHECK_MESSAGE(met(better), better);
    }
}

TEST_CASE("designs are compared, values swept and searched; an interrupted sweep goes on") {
    const json compared = workspace().run_json("sim compare retry-storm retry-storm-repaired --runs 3");
    CHECK(compared["differences"][0]["metric"] == "ok_percent");
    CHECK(compared["differences"][0]["better"] == "second");

    const json found = workspace().run_json("sim search retry-storm --vary components/orders/threads=2..32 --runs 2");
    CHECK(found["found"] == "13");
    CHECK(found["tried"].size() <= 7);
    CHECK(workspace()
              .run_json("sim search retry-storm --vary components/orders/threads=2,3 --runs 1", 1)["found"]
              .is_null());

    const std::string file = (workspace().folder() / "points.jsonl").string();
    const std::string sweep = "sim sweep retry-storm --vary workloads/users/rate=50/s..350/s:3 --runs 2 --out " + file;
    const json whole = workspace().run_json(sweep);
    REQUIRE(whole["points"].size() == 3);
    std::string bytes;
    {
        std::ifstream stream(file);
        bytes.assign(std::istreambuf_iterator<char>(stream), {});
    }
    // As a kill would leave it: one point, and half of another.
    const std::size_t line = bytes.find('\n');
    std::ofstream(file) << bytes.substr(0, line + 1 + 100);
    const Outcome again = workspace().run(sweep + " --json");
    CHECK(json::parse(again.out) == whole);
    CHECK(again.err.find("it has 1 points") != std::string::npos);
    const Outcome third = workspace().run(sweep + " --json");
    CHECK(third.err.find("it has 3 points") != std::string::npos);
    CHECK(json::parse(third.out) == whole);
    CHECK(workspace().run("sim sweep retry-storm --vary components/order/threads=1,2").exit_code == 2);
}

TEST_CASE("ages of messages are the report's in sweeps and comparisons") {
    const auto component_of = [](const json& list, const std::string& id) {
        for (const json& component : list)
            if (component["id"] == id)
                return component;
        FAIL("no component " << id);
        return json();
    };
    const json report = json::parse(workspace().run("sim run queue-based-load-levelling --runs 2 --json").out);
    std::string queue;
    for (const json& component : report["components"])
        if (component.contains("messages"))
            queue = component["id"];
    REQUIRE_FALSE(queue.empty());
    const json age = component_of(report["components"], queue)["messages"]["age_ms"];
    // The first point is the scenario as it is.
    const std::string sweep =
        "sim sweep queue-based-load-levelling --vary warmup=" + report["warmup_s"].dump() + "s,1s --runs 2";
    const json points = workspace().run_json(sweep)["points"];
    for (const char* quantile : {"p50", "p99", "max"}) {
        CHECK(points[0]["components"][queue]["age_" + std::string(quantile) + "_ms"] == age[quantile]);
        CHECK(age[quantile]["value"].get<double>() > 0);
    }
    const std::string csv = workspace().run(sweep).out;
    CHECK(csv.find("," + queue + " age_p99_ms," + queue + " age_p99_ms half width") != std::string::npos);
    CHECK(csv.find("," + age["p99"]["value"].dump() + "," + age["p99"]["half_width"].dump()) != std::string::npos);

    const std::string compare = "sim compare queue-based-load-levelling queue-based-load-levelling --runs 2";
    const json same = workspace().run_json(compare);
    std::size_t ages = 0;
    for (const json& row : same["differences"]) {
        if (!row.contains("component"))
            continue;
        ++ages;
        CHECK(row["component"] == queue);
        CHECK(row["difference"] == 0);
        if (row["metric"] == "age_p99_ms")
            CHECK(row["first"] == age["p99"]["value"]);
    }
    CHECK(ages == 3);
    CHECK(workspace().run(compare).out.find("age_p99_ms") != std::string::npos);
    CHECK(workspace().run("sim run queue-based-load-levelling --runs 2").out.find("age at delivery, ms: 50 %") !=
          std::string::npos);
}

TEST_CASE("traces become a scenario that runs; what was found is on standard error") {
    const std::string traces = (workspace().folder() / "traces.jsonl").string();
    {
        std::ofstream stream(traces);
        for (int i = 0; i < 40; ++i) {
            const auto at = [&](int ms) { return std::to_string(1'700'000'000'000 + 50 * i + ms) + "000000"; };
            const auto span = [&](int id, int parent, int kind, int from, int to) {
                return R"({"traceId": ")" + std::to_string(i + 1) + R"(", "spanId": ")" + std::to_string(id) +
                       R"(", "parentSpanId": ")" + (parent == 0 ? "" : std::to_string(parent)) + R"(", "kind": )" +
                       std::to_string(kind) + R"(, "startTimeUnixNano": ")" + at(from) + R"(", "endTimeUnixNano": ")" +
                       at(to) + "\"}";
            };
            const auto block = [](const std::string& service, const std::string& spans) {
                return R"({"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": ")" + service +
                       R"("}}]}, "scopeSpans": [{"spans": [)" + spans + "]}]}";
            };
            stream << R"({"resourceSpans": [)"
                   << block("Web Shop", span(1, 0, 2, 0, 20 + i % 10) + ", " + span(2, 1, 3, 2, 12)) << ", "
                   << block("orders", span(3, 2, 2, 3, 11)) << "]}\n";
        }
    }
    const std::string draft = (workspace().folder() / "draft.yaml").string();
    const Outcome made = workspace().run("sim import " + traces + " --name 'A: \"draft\"' --out " + draft);
    CHECK(made.exit_code == 0);
    CHECK(made.out.empty());
    CHECK(made.err.find(
              "2 components, 1 ways of calling, 1 workloads from 40 traces over 1.95 s; 120 of 120 spans used") !=
          std::string::npos);
    CHECK(made.err.find("web-shop calls orders: 40 times by 40 of 40 requests") != std::string::npos);
    CHECK(workspace().run("sim check " + draft).exit_code == 0);
    CHECK(workspace().run_json("sim run " + draft)["scenario"] == "A: \"draft\"");

    const json report = workspace().run_json("sim import " + traces);
    CHECK(report["scenario"]["components"][1]["steps"][0]["work"] == "8 ms");
    CHECK(report["components"][0]["fit"]["measured"] == 40);
    CHECK(report["spans"]["used"] == 120);

    CHECK(workspace().run("sim import /nonexistent").exit_code == 3);
    CHECK(workspace().run("sim import " + traces + " --out /nonexistent/x").exit_code == 3);
    CHECK(workspace().run("sim import").exit_code == 2);
    const Outcome wrong = workspace().run("sim import " + draft);
    CHECK(wrong.exit_code == 2);
    CHECK(wrong.err.find("hint: OTLP in JSON is") != std::string::npos);
}

TEST_CASE("the simulator is held against theory from the command line") {
    const json validated = workspace().run_json("sim validate --only 'M/M/1, 50'");
    REQUIRE(validated["cases"].size() == 1);
    CHECK(validated["cases"][0]["theory"] == 20);
    CHECK(validated["cases"][0]["covers"] == 1);
    CHECK(workspace().run("sim validate --only nothing").exit_code == 1);
}

TEST_CASE("published results are reproduced from the command line, with the catalogue's scenarios") {
    const json pairs = workspace().run_json("sim validate --published --only \"catalogue's pairs\"");
    REQUIRE(pairs["results"].size() == 1);
    const json& result = pairs["results"][0];
    CHECK(result["scenarios"].size() == 6);
    CHECK(pairs["figures"] == 12);
    CHECK(pairs["agree"] == 12);
    // A failure that outlives its trigger, and the repair that ends it.
    for (std::size_t pair = 0; pair < 3; ++pair) {
        const auto answered = [&](std::size_t i) {
            return result["figures"][4 * pair + i]["ours"]["mean"].get<double>();
        };
        CAPTURE(result["figures"][4 * pair]["quantity"]);
        CHECK(answered(0) > 99);
        CHECK(answered(2) < 60);
        CHECK(answered(3) > 99);
    }
    const Outcome shown = workspace().run("sim validate --published --only 'which trigger'");
    CHECK(shown.exit_code == 0);
    CHECK(shown.out.find("does not recover") != std::string::npos);
    CHECK(shown.out.find("4 agree, 0 differ for a reason that is given, 0 differ without") != std::string::npos);
    CHECK(workspace().run("sim validate --published --only nothing").exit_code == 1);
    CHECK(workspace().run("sim validate --published --seeds 3").exit_code == 2);
}
