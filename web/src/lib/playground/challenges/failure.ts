/** Challenges about failure: replicas that are neither up nor down, dependencies that hang, crowds that come back. */
import type { Challenge } from './types';

const SEEDS = [2001, 2002, 2003];

export const FAILURE: readonly Challenge[] = [
  {
    id: 'neither-up-nor-down',
    title: 'Neither up nor down',
    story:
      'One machine of ten is twenty times slower than the others. It answers its health check, so it stays in the pool, and every tenth request is lost. Make the callers cope.',
    start: `name: Neither up nor down
duration: 90 s
warmup: 10 s
network: exponential(0.5 ms)
workloads:
- {id: users, rate: 1000/s, call: api, timeout: 1 s}
components:
- id: api
  type: service
  replicas: 10
  threads: 8
  balancing: round-robin
  steps:
  - work: exponential(10 ms)
objectives:
- {workload: users, availability: 99.5%}
- {workload: users, quantile: 99%, latency: 150 ms}
`,
    mayChange: ['components/api/balancing', 'workloads/users/hedge', 'workloads/users/retry/**'],
    hiddenFaults: [{ at: '20 s', for: '60 s', component: 'api', replicas: 1, slow: 20 }],
    seeds: SEEDS,
    hints: [
      'Where do requests pile up? Who could see that before sending one more?',
      'Round robin gives the slow machine its full share.',
    ],
  },
  {
    id: 'the-dry-pool',
    title: 'The pool that ran dry',
    story:
      'Only one visitor in ten pays. When the payment provider hangs, all of them are locked out: each hanging payment holds a thread of the shop until none is left. Keep the catalogue open while the provider is down.',
    start: `name: The pool that ran dry
duration: 2 min
warmup: 15 s
network: exponential(0.5 ms)
workloads:
- {id: visitors, rate: 400/s, call: app, timeout: 2 s}
components:
- id: app
  type: service
  replicas: 2
  threads: 50
  steps:
  - work: exponential(4 ms)
  - call: catalogue
    timeout: 500 ms
  - call: payments
    probability: 0.1
- id: catalogue
  type: database
  threads: 32
  steps:
  - work: exponential(8 ms)
- id: payments
  type: external
  threads: 2000
  steps:
  - work: exponential(80 ms)
objectives:
- {workload: visitors, availability: 93%}
`,
    mayChange: ['components/app/steps/2/**'],
    hiddenFaults: [{ at: '40 s', for: '50 s', component: 'payments', slow: 100 }],
    seeds: SEEDS,
    hints: [
      'How many threads of the shop wait for payments at once? What bounds that?',
      'A call without a timeout waits as long as the slowest callee.',
      'After the tenth failure the eleventh call need not be made.',
    ],
  },
  {
    id: 'the-slowest-of-a-hundred',
    title: 'The slowest of a hundred',
    story:
      'A query asks a hundred leaves and waits for all of them. One answer in a hundred takes a second, so nearly two queries in three do. Bring 95 % of the queries under 150 ms. The leaves cannot be made faster.',
    start: `name: The slowest of a hundred
duration: 60 s
warmup: 10 s
network: exponential(0.5 ms)
workloads:
- {id: queries, rate: 20/s, call: root, timeout: 2 s}
components:
- id: root
  type: service
  threads: 1000
  steps:
  - work: 1 ms
  - call: leaf
    times: 100
- id: leaf
  type: store
  replicas: 100
  threads: 16
  steps:
  - work: gamma(4, 2.5 ms)
  - wait: 1 s
    probability: 0.01
objectives:
- {workload: queries, quantile: 95%, latency: 150 ms}
`,
    mayChange: [
      'components/root/steps/1/hedge',
      'components/root/steps/1/timeout',
      'components/root/steps/1/retry/**',
    ],
    hiddenFaults: [],
    seeds: SEEDS,
    hints: [
      'The chance that none of a hundred answers is slow: 0.99 to the power of 100.',
      'A second attempt after the time in which nearly all answers are there costs a few per cent of load.',
    ],
  },
  {
    id: 'one-slow-leaf-of-the-tree',
    title: 'The recommendation that took down the shop',
    story:
      'Four services in a row, each with the timeout and the retry of the others. When the last one, which a page could do without, slows down, the first one is out. Repair the chain from the inside.',
    start: `name: The recommendation that took down the shop
duration: 150 s
warmup: 15 s
network: exponential(0.5 ms)
workloads:
- {id: users, rate: 300/s, call: gateway, timeout: 1 s}
components:
- id: gateway
  type: api-gateway
  replicas: 2
  threads: 200
  steps:
  - work: 1 ms
  - call: shop
    timeout: 1 s
    retry: {attempts: 2, backoff: fixed, base: 50 ms}
- id: shop
  type: service
  replicas: 2
  threads: 60
  steps:
  - work: exponential(5 ms)
  - call: offers
    timeout: 1 s
    retry: {attempts: 2, backoff: fixed, base: 50 ms}
- id: offers
  type: service
  replicas: 2
  threads: 30
  steps:
  - work: exponential(10 ms)
  - call: recommendations
    timeout: 1 s
    retry: {attempts: 2, backoff: fixed, base: 50 ms}
- id: recommendations
  type: service
  replicas: 2
  threads: 10
  steps:
  - work: exponential(20 ms)
objectives:
- {workload: users, availability: 98%}
`,
    mayChange: [
      'components/gateway/steps/1/**',
      'components/shop/steps/1/**',
      'components/offers/steps/1/**',
      'components/*/drops_expired',
    ],
    hiddenFaults: [{ at: '40 s', for: '50 s', component: 'recommendations', slow: 30 }],
    seeds: SEEDS,
    hints: [
      'Two attempts at three levels: how many calls does one page become at the bottom?',
      'An inner timeout as long as the outer one never helps: the caller is gone when it strikes.',
      'A call may be optional.',
    ],
  },
  {
    id: 'everybody-comes-back',
    title: 'Everybody comes back at once',
    story:
      'Three thousand devices lose their connection when the gateway crashes. All of them wait exactly one second, and come back together, again and again. People can no longer log in. The devices’ firmware can be changed, the servers cannot.',
    start: `name: Everybody comes back at once
duration: 3 min
warmup: 30 s
network: exponential(5 ms)
workloads:
- id: devices
  users: 4000
  think: exponential(30 s)
  call: gateway
  retry: {attempts: 20, backoff: fixed, base: 1 s}
- {id: logins, rate: 100/s, call: auth, timeout: 2 s}
components:
- id: gateway
  type: api-gateway
  threads: 100000
  steps:
  - call: auth
    timeout: 2 s
  - wait: exponential(2 min)
- id: auth
  type: service
  replicas: 2
  threads: 8
  steps:
  - work: exponential(40 ms)
objectives:
- {workload: logins, availability: 98%}
`,
    mayChange: ['workloads/devices/retry/**'],
    hiddenFaults: [{ at: '70 s', for: '15 s', component: 'gateway', crash: true }],
    seeds: SEEDS,
    hints: [
      'Look at the arrivals at auth second by second after the crash.',
      'Exponential pauses spread the crowd over time; jitter spreads it within.',
    ],
  },
];
