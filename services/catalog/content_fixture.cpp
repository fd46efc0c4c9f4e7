#include "services/catalog/content_fixture.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "core/base/assert.hpp"

namespace dstudio::catalog {
namespace {

namespace fs = std::filesystem;

struct File {
    std::string_view name;
    std::string_view text;
};

constexpr std::array files{
    File{"concepts/quorum.md", R"(---
id: quorum
name: Quorum
summary: A subset of the replicas large enough that any two such subsets share a member.
aliases: [majority, voting set]
category: data-management
level: L3
depth:
  L2: Explains why any two majorities of the same replicas intersect.
  L3: Chooses read and write sizes so that their sum exceeds the number of replicas.
related: ['concept:consensus']
patterns: ['pattern:timeout']
episodes: ['episode:e01']
origin: stated
sources:
- title: Weighted Voting for Replicated Data
  authors: Gifford
  year: 1979
  where: SOSP 1979
- series: docs/quorum.md
---
Two majorities always meet: see [consensus](concept:consensus).

| replicas | majority |
|---|---|
| 5 | 3 |
)"},
    File{"concepts/consensus.md", R"(---
id: consensus
name: Consensus
summary: Agreement of several processes on one value although some of them fail.
category: architectural-patterns
level: L4
depth:
  L4: Proves agreement of a protocol from the intersection of its quorums.
prerequisites: ['concept:quorum']
episodes: ['episode:e02']
origin: derived
sources:
- title: The Part-Time Parliament
  authors: Lamport
  year: 1998
---
)"},
    File{"concepts/token-rotation.md", R"(---
id: token-rotation
name: Token rotation
summary: Replaces a credential on each use so that a stolen one betrays itself.
category: security-trust
level: L2
depth:
  L2: Explains what a second use of a rotated token tells about theft.
origin: security-goal
sources:
- title: OAuth 2.0 Security Best Current Practice
  url: https://www.rfc-editor.org/rfc/rfc9700
---
)"},
    File{"patterns/circuit-breaker.md", R"(---
id: circuit-breaker
name: Circuit Breaker
summary: Stops calling a dependency that fails, and probes it now and then until it answers again.
aliases: [breaker]
category: resilience
tier: gold
series_own: true
form: pattern
difficulty: intermediate
introduced:
  year: 2007
  basis: Nygard, Release It!, first edition
problem: Calls to a failing dependency hold threads until they time out, and the caller fails with it.
mechanism: A counter of recent failures opens the breaker; while it is open calls fail at once; after a pause one probe decides.
use_when:
- A remote dependency can fail while the caller has something useful to say without it
avoid_when:
- The call is local and cannot hang
trade_offs:
- gain: The caller stays responsive
  cost: Some calls are refused that would have succeeded
failure_modes:
- failure: The threshold counts client mistakes as failures
  countermeasure: Count only timeouts and server errors
variants:
- id: half-open-probe
  name: Half-open probe
  difference: One trial call decides whether the breaker closes
- name: Sliding window
  difference: The failure rate of a window is counted instead of consecutive failures
related: ['pattern:bulkhead', 'pattern:timeout']
sources:
- title: Release It!
  authors: Nygard
  year: 2007
- series: docs/circuit-breaker.md
---
)"},
    File{"patterns/bulkhead.md", R"(---
id: bulkhead
name: Bulkhead
summary: Gives each dependency its own bounded share of threads or connections, so that one cannot sink the rest.
category: resilience
tier: silver
series_own: true
form: pattern
introduced:
  year: 2007
  basis: Nygard, Release It!, first edition
problem: One slow dependency takes all threads of a shared pool, and unrelated requests wait behind it.
mechanism: Each dependency has a pool of its own with a bound; when it is full, further calls are refused at once.
use_when:
- Several dependencies share one process
avoid_when:
- There is only one dependency
trade_offs:
- gain: A failure stays in its compartment
  cost: Capacity that is idle in one compartment cannot help another
failure_modes:
- failure: Pools are too small for normal bursts
  countermeasure: Size them by Little's law with a margin
related: ['pattern:circuit-breaker']
sources:
- title: Release It!
  authors: Nygard
  year: 2007
---
)"},
    File{"patterns/timeout.md", R"(---
id: timeout
name: Timeout
summary: Bounds how long a caller waits for an answer before it gives the call up.
category: communication
series_own: false
form: pattern
introduced:
  year: 1974
  basis: Cerf and Kahn, retransmission timers
problem: A caller that waits without bound holds its resources for as long as its dependency is ill.
mechanism: A timer starts with the call; when it fires first, the call is abandoned and reported as failed.
use_when:
- The call leaves the process
avoid_when:
- The work cannot be repeated and its outcome must be known
trade_offs:
- gain: Resources come back in bounded time
  cost: A late success is counted as a failure
failure_modes:
- failure: The bound is longer than the caller's own
  countermeasure: Pass deadlines along with requests
sources:
- title: A Protocol for Packet Network Intercommunication
  authors: Cerf, Kahn
  year: 1974
---
)"},
    File{"patterns/caching.md", R"(---
id: caching
name: Caching
summary: Keeps copies of answers near to where they are asked for, and accepts that they age.
category: scaling
tier: gold
series_own: false
form: module
introduced:
  year: 1965
  basis: Wilkes, slave memories
problem: The same expensive answer is computed or fetched again and again although it rarely changes.
mechanism: A bounded store is asked first; on a miss the answer is fetched and kept until it expires or is evicted.
use_when:
- Reads repeat far more often than the data changes
avoid_when:
- Every reader must see the latest write
trade_offs:
- gain: Shorter waits and less load behind the cache
  cost: Readers may see old data
failure_modes:
- failure: Many clients miss at once when a popular item expires
  countermeasure: Let one client refresh while the others wait or read the old copy
disputed: The year is that of hardware caches; for services no single origin can be named.
sources:
- series: docs/caching.md
---
)"},
    File{"combinations/breaker-timeout.md", R"(---
id: breaker-timeout
name: Timeout before breaker
summary: A breaker counts failures, and without a timeout a hanging call never becomes one.
relation: prerequisite
members: ['pattern:circuit-breaker', 'pattern:timeout']
order: timeout first
mechanism: The timeout turns a hang into a failure that the breaker can count within a bounded time.
guidance:
- Set the timeout well below the breaker's window.
stars: 4
evidence: reasoned
used_by: ['company:acme']
sources:
- series: docs/combinations.md
---
)"},
    File{"stacks/resilient-client.md", R"(---
id: resilient-client
name: Resilient client
summary: What a service wraps around each remote call, from the outside in.
layers:
- layer: call
  items:
  - ref: pattern:timeout
    for: bounded waiting
  - ref: pattern:circuit-breaker
sources:
- series: docs/stacks.md
---
)"},
    File{"formulas/little.md", R"(---
id: little
name: Little's law
summary: The mean number in a stable system is the arrival rate times the mean time in it.
category: queueing
expression: L = lambda * W
latex: L = \lambda W
variables:
- {symbol: L, name: number_in_system, meaning: mean number in the system, unit: '1'}
- {symbol: lambda, name: arrival_rate, latex: '\lambda', meaning: arrival rate, unit: 1/s, domain: non-negative}
- {symbol: W, name: time_in_system, meaning: mean time in the system, unit: s, domain: non-negative}
equations: [number_in_system = arrival_rate * time_in_system]
assumptions: [the long-run averages exist]
design_use: Sizes pools - the number of busy threads is the request rate times the holding time.
misuse: Applying it to percentiles; it holds for means and says nothing about tails.
standing: established
series_claim:
  name: The queue law
  expression: L = lambda * W
  status: correct
episodes: ['episode:e01']
concepts: ['concept:quorum']
sources:
- title: "A Proof for the Queuing Formula: L = lambda W"
  authors: Little
  year: 1961
---
)"},
    File{"calculators/queue-length.md", R"(---
id: queue-length
name: Queue length
summary: Mean number in a system from its arrival rate and response time.
category: capacity
question: How many requests are in the system at once?
model: |
  arrival_rate = 20/s
  response_time = 250 ms
  in_system = arrival_rate * response_time
inputs:
- {name: arrival_rate, label: Arrival rate, from: 1/s, to: 100/s}
- {name: response_time, label: Response time}
outputs:
- {name: in_system, label: Requests in the system, main: true}
plots:
- {title: Over the arrival rate, x: arrival_rate, y: [in_system]}
reading: [It holds for any arrival process and any order of service.]
formulas: ['formula:little']
examples:
- title: Twenty a second, a quarter of a second each
  inputs: {arrival_rate: 20/s, response_time: 250 ms}
  outputs: {in_system: '5'}
  basis: independent
  source: by hand
- title: Nothing arrives
  inputs: {arrival_rate: 0/s}
  outputs: {in_system: '0'}
  basis: independent
  source: by hand
sources:
- title: 'A Proof for the Queuing Formula: L = lambda W'
  authors: Little
  year: 1961
---
)"},
    File{"algorithms/majority-vote.md", R"(---
id: majority-vote
name: Majority vote
summary: Finds the value held by more than half of the processes, if there is one.
problem: Replicas hold different values and the one of the majority is wanted.
assumptions: [crash failures only]
safety: [no value without a majority is returned]
liveness: [a value is returned if a majority answers]
concepts: ['concept:quorum']
sources:
- title: MJRTY, A Fast Majority Vote Algorithm
  authors: Boyer, Moore
  year: 1991
---
)"},
    File{"incidents/edge-outage-2021.md", R"(---
id: edge-outage-2021
name: Edge outage of 2021
summary: A valid configuration change met a dormant defect, and most edge servers answered with errors.
type: incident
company: company:acme
date: '2021-06-08'
duration_minutes: 49
cause: A software release weeks before held a defect that one customer's valid configuration then triggered.
impact: Most of the network answered with errors for the better part of an hour.
lessons:
- Roll configuration out in stages, like code.
record: documented
series_claim:
  doubt_level: minor
missing_patterns: ['pattern:bulkhead']
episodes: ['episode:e01']
sources:
- title: Summary of the outage of June 8
  url: https://example.org/outage
---
)"},
    File{"successes/sale-2020.md", R"(---
id: sale-2020
name: The sale of 2020
summary: A sale with ten times the usual load went without an outage.
type: success
company: company:acme
date: '2020-11'
cause: Load tests at twice the expected peak had found the bottleneck a month before.
impact: No request was lost although the load was ten times the usual.
lessons: [test beyond the expected peak]
record: partial
series_claim:
  doubt_level: none
used_patterns: ['pattern:caching', 'pattern:circuit-breaker']
sources:
- title: How we prepared for the sale
  year: 2021
---
)"},
    File{"companies/acme.md", R"(---
id: acme
name: Acme
summary: Sells everything to everybody through an edge network of its own.
sector: commerce
basis: featured
main_episode: episode:e02
patterns: ['pattern:caching']
incidents: ['incident:edge-outage-2021', 'success:sale-2020']
episodes: ['episode:e01', 'episode:e02']
sources:
- title: Building the edge
  year: 2019
---
)"},
    File{"episodes/e01.md", R"(---
id: e01
name: Why things fail
summary: Failure is the normal state of a large system.
code: E01
number: 1
series: foundational
availability: scripted
hours: 3.0
objectives: [Name three ways in which a call can fail.]
patterns: ['pattern:timeout']
incidents: ['incident:edge-outage-2021']
sources:
- series: episodes/e01.md
---
)"},
    File{"episodes/e02.md", R"(---
id: e02
name: Agreement
summary: How replicas come to agree although some are down.
code: E02
number: 2
series: foundational
availability: scripted
hours: 2.5
prerequisites: ['episode:e01']
objectives: [Explain why two majorities meet.]
sources:
- series: episodes/e02.md
---
)"},
    File{"episodes/e03.md", R"(---
id: e03
name: Trust
summary: Who may do what, and how one knows.
code: S01
number: 3
series: security-at-scale
availability: planned
hours: 1.5
prerequisites: ['episode:e02']
objectives: [Describe the life of a credential.]
sources:
- series: episodes/e03.md
---
)"},
    File{"paths/first-steps.md", R"(---
id: first-steps
name: First steps
summary: From the first failure to the first agreement, in two weeks.
type: short
hours_per_week: 2
stages:
- name: start
  steps:
  - ref: episode:e03
    focus: the outlook
  - ref: episode:e01
sources:
- series: paths.md
---
)"},
    File{"questions/quorum-size.md", R"(---
id: quorum-size
name: Size of a quorum
summary: Asks for the size of a majority of five.
level: L2
concepts: ['concept:quorum']
stem: How many of five replicas form the smallest majority?
choices:
- {text: '2', correct: false, feedback: Two pairs of replicas need not meet.}
- {text: '3', correct: true, feedback: Any two sets of three among five share one.}
sources:
- series: questions.md
---
)"},
    File{"scenarios/retry-storm.md", R"(---
id: retry-storm
name: Retry storm
summary: Retries multiply the load on a service that is already slow.
phenomenon: After a short outage the load stays high although the users' demand is back to normal.
look_for: [attempts per request]
change: [switch the breaker on]
concepts: ['concept:consensus']
patterns: ['pattern:circuit-breaker']
incidents: ['incident:edge-outage-2021']
sources:
- title: Metastable Failures in Distributed Systems
  authors: Bronson and others
  year: 2021
---
)"},
    File{"scenarios/retry-storm.yaml", R"(name: Retry storm
duration: 20 s
workloads:
- {id: users, rate: 50/s, call: orders, timeout: 500 ms, retry: {attempts: 3}}
components:
- {id: orders, threads: 4, steps: [{work: 20 ms}]}
)"},
    File{"labs/break-it.md", R"(---
id: break-it
name: Break it
summary: Watches a breaker open and close under a fault.
level: L2
scenario: scenario:retry-storm
concepts: ['concept:quorum']
minutes: 30
steps: [run the scenario, switch the breaker on, compare]
sources:
- series: labs.md
---
)"},
    File{"certificates/starter.md", R"(---
id: starter
name: Starter
summary: Says that someone has heard the first two episodes.
scheme: ladder
episodes: ['episode:e01', 'episode:e02']
sources:
- series: certificates.md
---
)"},
    File{"kpis/listeners.md", R"(---
id: listeners
name: Listeners
summary: How many people hear an episode within a month.
group: reach
comparison: '>='
target: 1000
unit: people
sources:
- series: kpis.md
---
)"},
    File{"rules/cold-open.md", R"(---
id: cold-open
name: Cold open
summary: An episode begins with a failure that was in the news.
type: segment
minutes: {from: 0, to: 2}
sources:
- series: rules.md
---
)"},
    File{"prices/small-machine.md", R"(---
id: small-machine
name: Small machine
summary: One hour of a machine with two cores, whether it works or not.
category: virtual-machine
provider: aws
product: Machines
component_types: [service, worker]
region: us-east-1
per: hour
price_usd: 0.1
field: replica
value: 0.1 USD/hour
vcpu: 2
memory_gb: 8
as_of: '2026-02-28'
sources:
- title: Price list of machines
  year: 2026
---
)"},
};
// A scenario's model belongs to the entry of its page.
static_assert(std::count_if(files.begin(), files.end(), [](const File& file) { return file.name.ends_with(".md"); }) ==
              ContentFixture::entries_count);

constexpr std::string_view own_eras = R"(eras:
  - from: 2005
    to: 2010
    name: Resilience
    patterns: [pattern:circuit-breaker]
    concepts: [concept:quorum]
)";

std::string read_file(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    DS_ASSERT(stream.good());
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "dstudio-test-XXXXXX").string();
    DS_ASSERT(::mkdtemp(name.data()) != nullptr);
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

ContentFixture::ContentFixture() {
    const fs::path real = fs::path(DSTUDIO_SOURCE_DIR) / "content";
    fs::create_directories(content());
    fs::copy(real / "schema", content() / "schema", fs::copy_options::recursive);
    const std::string taxonomy = read_file(real / "taxonomy.yaml");
    const std::size_t eras = taxonomy.find("\neras:");  // the last key; its references lead to real entries
    DS_ASSERT(eras != std::string::npos);
    write("taxonomy.yaml", taxonomy.substr(0, eras + 1) + std::string(own_eras));
    for (const File& file : files)
        write(file.name, file.text);
}

std::string ContentFixture::read(std::string_view file) const {
    return read_file(content() / file);
}

void ContentFixture::write(std::string_view file, std::string_view bytes) const {
    const fs::path path = content() / file;
    fs::create_directories(path.parent_path());
    std::ofstream stream(path, std::ios::binary | std::ios::trunc);
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    stream.close();
    DS_ASSERT(stream.good());
}

void ContentFixture::remove(std::string_view file) const {
    DS_ASSERT(fs::remove(content() / file));
}

void ContentFixture::replace(std::string_view file, std::string_view from, std::string_view to) const {
    std::string text = read(file);
    const std::size_t at = text.find(from);
    DS_ASSERT(at != std::string::npos);
    write(file, text.replace(at, from.size(), to));
}

}  // namespace dstudio::catalog
