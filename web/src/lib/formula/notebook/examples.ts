/** Notebooks to start from: each shows one more thing that the language can do. */
export interface NotebookExample {
  id: string;
  name: string;
  about: string;
  text: string;
}

export const EXAMPLES: readonly NotebookExample[] = [
  {
    id: 'checkout',
    name: 'A checkout under load',
    about: 'Units, a condition, and a function of the library.',
    text: `# How many workers does the checkout need in the evening?
orders = 90/min              # at the peak
service_time = 400 ms        # of one order in a worker
workers = 2

offered_load = orders * service_time
utilisation = offered_load / workers -> %
require utilisation < 100% "more orders come than the workers can take"

wait_probability = erlang_c(workers, offered_load) -> %
mean_wait = wait_probability * service_time / (workers - offered_load) -> ms
response_time = mean_wait + service_time -> ms

# A line without a name shows what it comes to.
orders * 1 h
`,
  },
  {
    id: 'availability',
    name: 'How available is it, really?',
    about: 'Uncertain inputs: every result becomes a distribution.',
    text: `# Three services behind each other, two of them in two zones.
gateway = beta(999, 1)             # 999 good minutes of a thousand seen
service = between(99.5%, 99.9%)    # 90 % sure it lies between the two
database = 99.95%

service_pair = 1 - (1 - service)^2 -> %
available = gateway * service_pair * database -> %
down_a_year = (1 - available) * 1 year -> h

cost_of_an_hour = lognormal(12 kUSD, 0.5)
cost_a_year = down_a_year / 1 h * cost_of_an_hour -> kUSD
`,
  },
  {
    id: 'retries',
    name: 'Retries that make it worse',
    about: 'Lists, sums over a range, choices, and a formula of the catalogue by its name.',
    text: `# A call is tried again until it succeeds, at most so many times.
attempts = 4
failure = 30%
calls = 200/s
service_rate = 300/s

amplification = sum(k in 1..4: failure^(k - 1))
arriving = calls * amplification -> 1/s
still_failing = failure^attempts -> %

# The catalogue's own formula for the time in one server's queue.
calm = mm1_response(arrival_rate: calls, service_rate: service_rate).response_time -> ms
storm = mm1_response(arrival_rate: arriving, service_rate: service_rate).response_time -> ms
slower = storm / calm

waits = [100 ms, 200 ms, 400 ms]   # between the attempts
longest_call = sum(waits) + attempts * calm -> ms
verdict = if slower < 2 then 0 else 1   # 1: add a retry budget
`,
  },
];
