#include "core/system/scenario_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/base/number.hpp"
#include "core/base/text.hpp"
#include "core/formula/binding.hpp"

namespace dstudio::system {
namespace {

using json = nlohmann::ordered_json;

constexpr double longest_s = 10.0 * 365 * 86400;

template <class Enum>
struct Word {
    std::string_view text;
    Enum value;
};

class Reader {
  public:
    explicit Reader(std::vector<Mistake>& mistakes) : mistakes_(mistakes) {}

    std::optional<Scenario> read(const json& document) {
        if (!document.is_object()) {
            mistake("", "a scenario is an object with workloads and components", "see docs/formats/scenario.md");
            return std::nullopt;
        }
        known(document, "",
              {"name", "about", "duration", "warmup", "network", "workloads", "components", "faults", "objectives",
               "layout"});
        scenario_.name = text(document, "", "name", "unnamed");
        scenario_.duration = time(document, "", "duration", 60 * sim::second, {.min = 1e-6, .max = longest_s});
        scenario_.warmup = time(document, "", "warmup", 0, {.min = 0, .max = longest_s});
        if (scenario_.warmup >= scenario_.duration)
            mistake("/warmup", "the warm-up takes all of the duration", "make it a tenth of it, or leave it out");
        if (document.contains("network"))
            scenario_.network = distribution(document, "", "network");
        names(document);
        each(document, "", "components", components_max, true,
             [&](const json& item, const std::string& at) { component(item, at); });
        each(document, "", "workloads", workloads_max, true,
             [&](const json& item, const std::string& at) { workload(item, at); });
        each(document, "", "faults", faults_max, false,
             [&](const json& item, const std::string& at) { fault(item, at); });
        each(document, "", "objectives", workloads_max, false,
             [&](const json& item, const std::string& at) { objective(item, at); });
        if (mistakes_.empty())
            check_ends();
        if (!mistakes_.empty())
            return std::nullopt;
        return std::move(scenario_);
    }

  private:
    void mistake(std::string pointer, std::string message, std::string hint = {}) {
        constexpr std::size_t mistakes_max = 100;
        if (mistakes_.size() < mistakes_max)
            mistakes_.push_back({std::move(pointer), std::move(message), std::move(hint)});
    }

    static std::string shown(const json& value) {
        return std::string(base::utf8_prefix(value.dump(-1, ' ', false, json::error_handler_t::replace), 60));
    }

    void known(const json& object, const std::string& at, const std::vector<std::string_view>& keys) {
        for (const auto& [key, value] : object.items()) {
            if (std::find(keys.begin(), keys.end(), key) != keys.end())
                continue;
            const auto near = base::nearest(key, keys);
            std::vector<std::string> all(keys.begin(), keys.end());
            mistake(at + "/" + key, fmt::format("there is no '{}' here", base::utf8_prefix(key, 40)),
                    near ? fmt::format("did you mean '{}'?", *near) : "possible are " + base::join(all, ", "));
        }
    }

    template <class Use>
    void each(const json& object, const std::string& at, const char* key, std::size_t count_max, bool is_required,
              Use use) {
        const std::string here = at + "/" + key;
        const auto found = object.find(key);
        if (found == object.end()) {
            if (is_required)
                mistake(at, fmt::format("'{}' is missing", key), fmt::format("give a list under '{}'", key));
            return;
        }
        if (!found->is_array())
            return mistake(here, fmt::format("'{}' must be a list", key));
        if (is_required && found->empty())
            return mistake(here, fmt::format("'{}' is empty", key), "give at least one");
        if (found->size() > count_max)
            return mistake(here, fmt::format("{} {}; at most {}", found->size(), key, count_max));
        for (std::size_t i = 0; i < found->size(); ++i) {
            const std::string item_at = fmt::format("{}/{}", here, i);
            if ((*found)[i].is_object())
                use((*found)[i], item_at);
            else
                mistake(item_at, fmt::format("{} is no object", shown((*found)[i])), "write key: value");
        }
    }

    std::string text(const json& object, const std::string& at, const char* key, std::string otherwise = {}) {
        const auto found = object.find(key);
        if (found == object.end())
            return otherwise;
        if (found->is_string() && found->get<std::string>().size() <= 200)
            return found->get<std::string>();
        mistake(at + "/" + key, fmt::format("'{}' must be a text of at most 200 bytes", key));
        return otherwise;
    }

    // A value in the language, of the unit's dimension and within the domain.
    std::optional<formula::InputValue> value(const json& object, const std::string& at, const char* key,
                                             std::string_view unit, const formula::Domain& domain) {
        const json& given = object.at(key);
        std::string source;
        if (given.is_string())
            source = given.get<std::string>();
        else if (given.is_number())
            source = base::shortest_decimal(given.get<double>());
        else
            mistake(at + "/" + key, fmt::format("'{}' is {}; it must be a value", key, shown(given)), "as \"20 ms\"");
        if (source.empty())
            return std::nullopt;
        formula::Variable variable;
        variable.name = key;
        variable.unit = base::parse_unit(unit).value();
        variable.domain = domain;
        auto read = formula::read_value(variable, source);
        if (read)
            return std::move(*read);
        mistake(at + "/" + key, read.error().message, read.error().hint);
        return std::nullopt;
    }

    double number(const json& object, const std::string& at, const char* key, double otherwise, std::string_view unit,
                  const formula::Domain& domain) {
        if (!object.contains(key))
            return otherwise;
        const auto read = value(object, at, key, unit, domain);
        if (!read)
            return otherwise;
        if (read->is_uncertain()) {
            mistake(at + "/" + key, fmt::format("'{}' takes one value, not a distribution", key));
            return otherwise;
        }
        return read->points[0];
    }

    std::uint32_t whole(const json& object, const std::string& at, const char* key, std::uint32_t otherwise, double min,
                        double max) {
        return static_cast<std::uint32_t>(
            number(object, at, key, otherwise, "1", {.min = min, .max = max, .integer = true}));
    }

    Time time(const json& object, const std::string& at, const char* key, Time otherwise,
              const formula::Domain& domain) {
        if (!object.contains(key))
            return otherwise;
        return sim::from_seconds(number(object, at, key, sim::to_seconds(otherwise), "s", domain));
    }
    Time time(const json& object, const std::string& at, const char* key, Time otherwise) {
        return time(object, at, key, otherwise, {.min = 0, .max = longest_s});
    }

    base::Distribution distribution(const json& object, const std::string& at, const char* key) {
        const auto read = value(object, at, key, "s", {.min = 0, .max = longest_s});
        if (!read)
            return at_once();
        return read->uncertain[0] ? *read->uncertain[0] : base::Distribution::point(read->points[0]).value();
    }

    template <class Enum>
    Enum word(const json& object, const std::string& at, const char* key, Enum otherwise,
              std::initializer_list<Word<Enum>> words) {
        const auto found = object.find(key);
        if (found == object.end())
            return otherwise;
        std::vector<std::string_view> texts;
        for (const auto& [known_text, known_value] : words) {
            if (found->is_string() && found->template get<std::string>() == known_text)
                return known_value;
            texts.push_back(known_text);
        }
        const auto near = found->is_string() ? base::nearest(found->template get<std::string>(), texts) : std::nullopt;
        mistake(at + "/" + key, fmt::format("'{}' is {}", key, shown(*found)),
                near ? fmt::format("did you mean '{}'?", *near)
                     : "possible are " + base::join({texts.begin(), texts.end()}, ", "));
        return otherwise;
    }

    bool flag(const json& object, const std::string& at, const char* key) {
        const auto found = object.find(key);
        if (found == object.end())
            return false;
        if (!found->is_boolean())
            mistake(at + "/" + key, fmt::format("'{}' is {}; it must be true or false", key, shown(*found)));
        return found->is_boolean() && found->get<bool>();
    }

    // Components may be called before they are described.
    void names(const json& document) {
        const auto list = document.find("components");
        if (list == document.end() || !list->is_array() || list->size() > components_max)
            return;
        for (std::size_t i = 0; i < list->size(); ++i) {
            const std::string at = fmt::format("/components/{}", i);
            const json& item = (*list)[i];
            const std::string id = item.is_object() ? text(item, at, "id") : "";
            if (item.is_object() && !base::is_slug(id))
                mistake(at + "/id", fmt::format("'{}' is no id", base::utf8_prefix(id, 40)),
                        "use a to z, 0 to 9 and single hyphens, as in order-service");
            if (!id.empty() && !index_.emplace(id, static_cast<std::uint32_t>(i)).second)
                mistake(at + "/id", fmt::format("there are two components '{}'", id), "give each its own id");
        }
    }

    std::uint32_t component_ref(const json& object, const std::string& at, const char* key) {
        const std::string id = text(object, at, key);
        const auto found = index_.find(id);
        if (found != index_.end())
            return found->second;
        std::vector<std::string_view> ids;
        for (const auto& [known_id, position] : index_)
            ids.push_back(known_id);
        const auto near = base::nearest(id, ids);
        mistake(at + "/" + key, fmt::format("there is no component '{}'", base::utf8_prefix(id, 40)),
                near ? fmt::format("did you mean '{}'?", *near)
                     : "components are " + base::join({ids.begin(), ids.end()}, ", "));
        return 0;
    }

    static constexpr std::array<std::string_view, 8> edge_keys{"timeout",     "retry", "breaker",  "limit",
                                                               "concurrency", "hedge", "optional", "times"};

    // The edge under `call` or `send`, as often as it is to be called.
    std::vector<std::uint32_t> edge(const json& object, const std::string& at, const char* key,
                                    const std::string& caller) {
        Edge edge;
        edge.target = component_ref(object, at, key);
        edge.timeout = time(object, at, "timeout", 0);
        edge.hedge_after = time(object, at, "hedge", 0);
        edge.concurrency = whole(object, at, "concurrency", unlimited, 1, 1e9);
        edge.is_optional = flag(object, at, "optional");
        if (const json* given = part(object, at, "retry", {"attempts", "backoff", "base", "cap", "jitter", "budget"})) {
            const std::string here = at + "/retry";
            Retry& retry = edge.retry;
            retry.attempts = whole(*given, here, "attempts", 3, 1, 1000);
            retry.backoff = word<Backoff>(*given, here, "backoff", retry.backoff,
                                          {{"fixed", Backoff::fixed}, {"exponential", Backoff::exponential}});
            retry.base = time(*given, here, "base", retry.base);
            retry.cap = time(*given, here, "cap", retry.cap);
            retry.jitter = word<Jitter>(*given, here, "jitter", retry.jitter,
                                        {{"none", Jitter::none},
                                         {"full", Jitter::full},
                                         {"equal", Jitter::equal},
                                         {"decorrelated", Jitter::decorrelated}});
            if (retry.base > retry.cap)
                mistake(here + "/base", "the pause is longer than the cap of all pauses",
                        fmt::format("raise cap, which is {} s", base::shortest_decimal(sim::to_seconds(retry.cap))));
            retry.budget = number(*given, here, "budget", 0, "1", {.min = 0, .max = 100});
        }
        if (const json* given = part(object, at, "breaker", {"window", "failures", "open", "probes"})) {
            const std::string here = at + "/breaker";
            Breaker breaker;
            breaker.window = whole(*given, here, "window", breaker.window, 1, 100'000);
            breaker.failures = whole(*given, here, "failures", (breaker.window + 1) / 2, 1, 100'000);
            breaker.open_for = time(*given, here, "open", breaker.open_for);
            breaker.probes = whole(*given, here, "probes", breaker.probes, 1, 1000);
            if (breaker.failures > breaker.window)
                mistake(here + "/failures",
                        fmt::format("{} failures of the last {} cannot be", breaker.failures, breaker.window),
                        "give at most 'window'");
            edge.breaker = breaker;
        }
        if (const json* given = part(object, at, "limit", {"rate", "burst"})) {
            const std::string here = at + "/limit";
            if (!given->contains("rate"))
                mistake(here, "'rate' is missing", "as limit: {rate: 100/s, burst: 20}");
            edge.limiter = Limiter{number(*given, here, "rate", 1, "1/s", {.min = 0, .max = 1e9, .min_excluded = true}),
                                   number(*given, here, "burst", 1, "1", {.min = 1, .max = 1e9})};
        }
        const std::uint32_t times = whole(object, at, "times", 1, 1, fan_out_max);
        edge.name = caller + " -> " + text(object, at, key);
        // A caller may call the same component in several places, with policies of their own.
        std::uint32_t same = 1;
        const std::string plain = edge.name;
        while (!edge_names_.insert(edge.name).second)
            edge.name = fmt::format("{} #{}", plain, ++same);
        scenario_.edges.push_back(std::move(edge));
        return std::vector<std::uint32_t>(times, static_cast<std::uint32_t>(scenario_.edges.size() - 1));
    }

    // An inner object; null if it is not given or wrong.
    const json* part(const json& object, const std::string& at, const char* key,
                     const std::vector<std::string_view>& keys) {
        const auto found = object.find(key);
        if (found == object.end())
            return nullptr;
        const std::string here = at + "/" + key;
        if (!found->is_object()) {
            mistake(here, fmt::format("'{}' is {}; it must be an object", key, shown(*found)),
                    fmt::format("as {}: {{{}: ...}}", key, keys[0]));
            return nullptr;
        }
        known(*found, here, keys);
        return &*found;
    }

    void component(const json& item, const std::string& at) {
        known(item, at,
              {"id", "type", "about", "replicas", "threads", "cores", "queue", "discipline", "sharing", "drops_expired",
               "balancing", "errors", "zone", "steps"});
        Component component;
        component.id = text(item, at, "id");
        component.type = text(item, at, "type", "service");
        const auto& types = component_types();
        if (std::find(types.begin(), types.end(), component.type) == types.end()) {
            const auto near = base::nearest(component.type, types);
            mistake(at + "/type",
                    fmt::format("there is no type of component '{}'", base::utf8_prefix(component.type, 40)),
                    near ? fmt::format("did you mean '{}'?", *near)
                         : "types are " + base::join({types.begin(), types.end()}, ", "));
        }
        component.replicas = whole(item, at, "replicas", 1, 1, replicas_max);
        component.threads = whole(item, at, "threads", 1, 1, 1e6);
        component.cores = whole(item, at, "cores", 1, 1, 1e4);
        component.queue = whole(item, at, "queue", unlimited, 0, 1e9);
        component.discipline = word<Discipline>(
            item, at, "discipline", component.discipline,
            {{"fifo", Discipline::fifo}, {"lifo", Discipline::lifo}, {"priority", Discipline::priority}});
        component.sharing = word<Sharing>(item, at, "sharing", component.sharing,
                                          {{"servers", Sharing::servers}, {"processor", Sharing::processor}});
        if (component.sharing == Sharing::processor && !item.contains("threads"))
            component.threads = unlimited;
        if (item.contains("cores") && component.sharing != Sharing::processor)
            mistake(at + "/cores", "cores count only with processor sharing", "add sharing: processor, or use threads");
        component.drops_expired = flag(item, at, "drops_expired");
        component.balancing = word<Balancing>(item, at, "balancing", component.balancing,
                                              {{"random", Balancing::random},
                                               {"round-robin", Balancing::round_robin},
                                               {"least-requests", Balancing::least_requests},
                                               {"power-of-two", Balancing::power_of_two}});
        component.error_rate = number(item, at, "errors", 0, "1", formula::probability);
        component.zone = text(item, at, "zone");
        replicas_all_ += component.replicas;
        if (replicas_all_ > replicas_all_max)
            mistake(at + "/replicas", fmt::format("more than {} replicas in all", replicas_all_max));
        each(item, at, "steps", steps_max, false,
             [&](const json& step, const std::string& here) { read_step(step, here, component); });
        scenario_.components.push_back(std::move(component));
    }

    void read_step(const json& item, const std::string& at, Component& component) {
        std::vector<std::string_view> kinds;
        for (const char* kind : {"work", "wait", "call", "all", "send"})
            if (item.contains(kind))
                kinds.emplace_back(kind);
        if (kinds.size() != 1)
            return mistake(at, kinds.empty() ? std::string("a step does nothing") : "a step does two things",
                           "give it one of work, wait, call, all, send");
        const std::string_view kind = kinds[0];
        Step step;
        step.probability = number(item, at, "probability", 1, "1", formula::probability);
        std::vector<std::string_view> keys{kind, "probability"};
        if (kind == "call" || kind == "send")
            keys.insert(keys.end(), edge_keys.begin(), edge_keys.end());
        if (kind == "all" || kind == "call")
            keys.emplace_back("need");
        known(item, at, keys);
        if (kind == "work" || kind == "wait") {
            step.kind = kind == "work" ? StepKind::work : StepKind::wait;
            step.duration = distribution(item, at, kind == "work" ? "work" : "wait");
        } else if (kind == "send") {
            step.kind = StepKind::send;
            step.edges = edge(item, at, "send", component.id);
        } else {
            step.kind = StepKind::call;
            if (kind == "call")
                step.edges = edge(item, at, "call", component.id);
            else
                each(item, at, "all", static_cast<std::size_t>(fan_out_max), true,
                     [&](const json& inner, const std::string& here) {
                         std::vector<std::string_view> inner_keys{"call"};
                         inner_keys.insert(inner_keys.end(), edge_keys.begin(), edge_keys.end());
                         known(inner, here, inner_keys);
                         const auto edges = edge(inner, here, "call", component.id);
                         step.edges.insert(step.edges.end(), edges.begin(), edges.end());
                     });
            step.needed = whole(item, at, "need", static_cast<std::uint32_t>(step.edges.size()), 1,
                                std::max<double>(1, static_cast<double>(step.edges.size())));
        }
        component.steps.push_back(std::move(step));
    }

    void workload(const json& item, const std::string& at) {
        std::vector<std::string_view> keys{"id",    "about", "rate",     "arrivals", "changes",
                                           "users", "think", "priority", "call"};
        keys.insert(keys.end(), edge_keys.begin(), edge_keys.end());
        known(item, at, keys);
        Workload workload;
        workload.id = text(item, at, "id");
        if (!base::is_slug(workload.id))
            mistake(at + "/id", fmt::format("'{}' is no id", base::utf8_prefix(workload.id, 40)),
                    "use a to z, 0 to 9 and single hyphens");
        if (!workload_ids_.insert(workload.id).second)
            mistake(at + "/id", fmt::format("there are two workloads '{}'", workload.id));
        if (item.contains("times"))
            mistake(at + "/times", "a workload calls once", "raise its rate");
        workload.priority = static_cast<std::uint8_t>(whole(item, at, "priority", 0, 0, 3));
        if (!item.contains("call"))
            mistake(at, "'call' is missing", "name the component that the requests go to");
        else
            workload.edge = edge(item, at, "call", workload.id)[0];
        if (item.contains("users") == item.contains("rate"))
            mistake(at, "a workload has either a rate or users",
                    "rate: 100/s for arrivals from outside, users: 50 for people who wait for their answers");
        if (item.contains("users")) {
            workload.kind = WorkloadKind::closed;
            workload.users = whole(item, at, "users", 1, 1, users_max);
            if (item.contains("think"))
                workload.think = distribution(item, at, "think");
        } else {
            workload.arrivals =
                word<Arrivals>(item, at, "arrivals", workload.arrivals,
                               {{"poisson", Arrivals::poisson}, {"deterministic", Arrivals::deterministic}});
            workload.rates.push_back({0, number(item, at, "rate", 1, "1/s", {.min = 0, .max = 1e8}), false});
            each(item, at, "changes", 1000, false, [&](const json& change, const std::string& here) {
                known(change, here, {"at", "rate", "ramp"});
                RatePoint point{time(change, here, "at", 0),
                                number(change, here, "rate", 1, "1/s", {.min = 0, .max = 1e8}),
                                flag(change, here, "ramp")};
                if (point.at <= workload.rates.back().at)
                    mistake(here + "/at", "changes must be in the order of their times, after 0 s");
                workload.rates.push_back(point);
            });
        }
        scenario_.workloads.push_back(std::move(workload));
    }

    void fault(const json& item, const std::string& at) {
        std::vector<std::string_view> kinds;
        for (const char* kind : {"crash", "slow", "errors", "latency", "loss"})
            if (item.contains(kind))
                kinds.emplace_back(kind);
        if (kinds.size() != 1)
            return mistake(at, kinds.empty() ? std::string("a fault does nothing") : "a fault does two things",
                           "give it one of crash, slow, errors, latency, loss");
        const std::string_view kind = kinds[0];
        known(item, at, {"at", "for", "component", "replicas", "from", kind});
        Fault fault;
        fault.at = time(item, at, "at", 0);
        if (item.contains("for"))
            fault.until = fault.at + time(item, at, "for", 0, {.min = 1e-6, .max = longest_s});
        fault.component = component_ref(item, at, "component");
        fault.replicas = whole(item, at, "replicas", unlimited, 1, replicas_max);
        if (kind == "crash") {
            fault.kind = FaultKind::crash;
            if (!flag(item, at, "crash"))
                mistake(at + "/crash", "write crash: true", "and replicas: 1 for only one of them");
        } else if (kind == "slow") {
            fault.kind = FaultKind::slow;
            fault.factor = number(item, at, "slow", 1, "1", {.min = 0.01, .max = 1e6});
        } else if (kind == "latency") {
            fault.kind = FaultKind::latency;
            fault.delay = time(item, at, "latency", 0);
        } else {
            fault.kind = kind == "errors" ? FaultKind::errors : FaultKind::loss;
            fault.factor = number(item, at, kind == "errors" ? "errors" : "loss", 0, "1", formula::probability);
        }
        if (item.contains("from")) {
            // Only the way from one caller.
            const std::string name = text(item, at, "from") + " -> " + text(item, at, "component");
            for (std::size_t e = 0; e < scenario_.edges.size(); ++e)
                if (scenario_.edges[e].name == name)
                    fault.edge = static_cast<std::uint32_t>(e);
            if (fault.edge == no_index)
                mistake(at + "/from", fmt::format("there is no call '{}'", base::utf8_prefix(name, 80)));
            if (fault.kind != FaultKind::latency && fault.kind != FaultKind::loss)
                mistake(at + "/from", "only latency and loss strike one way alone");
            fault.component = no_index;
        }
        scenario_.faults.push_back(fault);
    }

    void objective(const json& item, const std::string& at) {
        known(item, at, {"workload", "availability", "quantile", "latency"});
        Objective objective;
        const std::string id = text(item, at, "workload");
        bool found = false;
        for (std::size_t i = 0; i < scenario_.workloads.size(); ++i)
            if (scenario_.workloads[i].id == id) {
                objective.workload = static_cast<std::uint32_t>(i);
                found = true;
            }
        if (!found)
            mistake(at + "/workload", fmt::format("there is no workload '{}'", base::utf8_prefix(id, 40)));
        objective.availability = number(item, at, "availability", 0, "1", formula::probability);
        objective.quantile = number(item, at, "quantile", 0, "1", formula::probability);
        objective.latency = time(item, at, "latency", 0);
        if ((objective.quantile > 0) != (objective.latency > 0))
            mistake(at, "a latency objective needs a quantile and a latency", "as quantile: 99%, latency: 300 ms");
        if (objective.quantile == 0 && objective.availability == 0)
            mistake(at, "an objective asks for nothing", "give availability, or quantile and latency");
        scenario_.objectives.push_back(objective);
    }

    // A circle of calls, each of them sure to be made, would never end.
    void check_ends() {
        std::vector<std::uint8_t> state(scenario_.components.size());  // 1: on the way, 2: done
        std::vector<std::uint32_t> way;
        const auto visit = [&](const auto& self, std::uint32_t c) -> bool {
            state[c] = 1;
            way.push_back(c);
            for (const Step& step : scenario_.components[c].steps) {
                if (step.probability < 1)
                    continue;
                for (const std::uint32_t e : step.edges) {
                    const std::uint32_t target = scenario_.edges[e].target;
                    if (state[target] == 1) {
                        std::string circle;
                        for (auto at = std::find(way.begin(), way.end(), target); at != way.end(); ++at)
                            circle += scenario_.components[*at].id + " -> ";
                        mistake(fmt::format("/components/{}/steps", c),
                                "a request would never end: " + circle + scenario_.components[target].id,
                                "break the circle, or give one of its steps a probability below 1");
                        return false;
                    }
                    if (state[target] == 0 && !self(self, target))
                        return false;
                }
            }
            way.pop_back();
            state[c] = 2;
            return true;
        };
        for (std::uint32_t c = 0; c < scenario_.components.size(); ++c)
            if (state[c] == 0 && !visit(visit, c))
                return;
    }

    std::vector<Mistake>& mistakes_;
    Scenario scenario_;
    std::map<std::string, std::uint32_t, std::less<>> index_;
    std::set<std::string> edge_names_;
    std::set<std::string> workload_ids_;
    std::size_t replicas_all_ = 0;
};

}  // namespace

const std::vector<std::string_view>& component_types() {
    static const std::vector<std::string_view> types{"service", "api-gateway", "balancer", "cache", "database",
                                                     "queue",   "worker",      "external", "store", "client"};
    return types;
}

std::optional<Scenario> read_scenario(const json& document, std::vector<Mistake>& mistakes) {
    mistakes.clear();
    return Reader(mistakes).read(document);
}

}  // namespace dstudio::system
