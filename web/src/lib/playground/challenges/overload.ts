/** Challenges about load: repeats that multiply it, tenants that take it all, queues that are too long. */
import type { Challenge } from './types';

const SEEDS = [1001, 1002, 1003];

export const OVERLOAD: readonly Challenge[] = [
  {
    id: 'calm-the-storm',
    title: 'Calm the storm',
    story:
      'The order service was slow for ten seconds. That was an hour ago, and the shop is still down: every timeout sends another request to a service that drowns in them. Change how the shop calls the order service so that it recovers by itself. More machines are not on offer.',
    start: `name: Calm the storm
duration: 2 min
warmup: 20 s
network: exponential(0.5 ms)
workloads:
- {id: users, rate: 280/s, call: shop, timeout: 2 s}
components:
- id: shop
  type: api-gateway
  replicas: 2
  threads: 2000
  steps:
  - work: 1 ms
  - call: orders
    timeout: 250 ms
    retry: {attempts: 4, backoff: fixed, base: 20 ms}
- id: orders
  type: service
  replicas: 2
  threads: 4
  steps:
  - work: exponential(20 ms)
objectives:
- {workload: users, availability: 85%}
`,
    mayChange: ['components/shop/steps/1/**', 'components/orders/drops_expired', 'components/orders/queue'],
    hiddenFaults: [{ at: '50 s', for: '10 s', component: 'orders', slow: 4 }],
    seeds: SEEDS,
    hints: [
      'Look at the amplification of shop -> orders: how many attempts does one call become?',
      'A retry budget limits repeats to a share of the calls. Under normal load it changes nothing.',
      'The order service works for callers that have given up. What if it did not?',
    ],
  },
  {
    id: 'the-noisy-tenant',
    title: 'The noisy tenant',
    story:
      'One customer runs an import that sends ten times its usual load. All other customers wait behind it. Protect the quiet tenant without a single further replica.',
    start: `name: The noisy tenant
duration: 2 min
warmup: 15 s
network: exponential(0.5 ms)
workloads:
- {id: quiet, rate: 200/s, call: api, timeout: 500 ms}
- id: noisy
  rate: 300/s
  changes:
  - {at: 40 s, rate: 3000/s}
  - {at: 70 s, rate: 300/s}
  call: api
  timeout: 500 ms
components:
- id: api
  type: service
  replicas: 4
  threads: 8
  steps:
  - work: exponential(20 ms)
objectives:
- {workload: quiet, availability: 99.5%}
`,
    mayChange: [
      'workloads/noisy/limit/**',
      'workloads/noisy/concurrency',
      'workloads/*/priority',
      'components/api/discipline',
    ],
    hiddenFaults: [],
    seeds: SEEDS,
    hints: [
      'The service can do 1,600 requests a second. Who decides whose?',
      'A token bucket bounds the rate, a bulkhead the calls in progress; a queue with priorities needs priorities.',
    ],
  },
  {
    id: 'shed-to-survive',
    title: 'Shed to survive',
    story:
      'Twice the load that the service can carry comes for half a minute. Nobody can answer all of it; but at the moment nobody is answered at all, during the peak and long after. Answer three quarters of all requests, and those quickly.',
    start: `name: Shed to survive
duration: 3 min
warmup: 20 s
network: exponential(0.5 ms)
workloads:
- id: users
  rate: 600/s
  changes:
  - {at: 60 s, rate: 1600/s}
  - {at: 90 s, rate: 600/s}
  call: api
  timeout: 1 s
components:
- id: api
  type: service
  replicas: 2
  threads: 16
  steps:
  - work: exponential(40 ms)
objectives:
- {workload: users, availability: 75%}
- {workload: users, quantile: 75%, latency: 400 ms}
`,
    mayChange: ['components/api/queue', 'components/api/discipline', 'components/api/drops_expired'],
    hiddenFaults: [],
    seeds: SEEDS,
    hints: [
      'How long does a request wait behind a thousand others?',
      'A short queue says no at once; a long one says no after a second of waiting.',
    ],
  },
  {
    id: 'buy-enough',
    title: 'Buy enough, and no more',
    story:
      'A launch in an hour. Size the three services so that 99 % of the requests are answered within 120 ms, even when one machine of the search service fails. A gateway costs 1, a search machine 2, a database replica 5; 40 may be spent.',
    start: `name: Buy enough
duration: 90 s
warmup: 10 s
network: exponential(0.5 ms)
workloads:
- {id: visitors, rate: 600/s, call: gateway, timeout: 1 s}
components:
- id: gateway
  type: api-gateway
  replicas: 1
  threads: 200
  steps:
  - work: 1 ms
  - call: search
- id: search
  type: service
  replicas: 2
  threads: 4
  balancing: least-requests
  steps:
  - work: exponential(12 ms)
  - call: database
    probability: 0.5
- id: database
  type: database
  replicas: 1
  threads: 8
  balancing: least-requests
  steps:
  - work: exponential(10 ms)
objectives:
- {workload: visitors, availability: 99%}
- {workload: visitors, quantile: 99%, latency: 120 ms}
`,
    mayChange: ['components/*/replicas'],
    budget: { prices: { gateway: 1, search: 2, database: 5 }, max: 40 },
    hiddenFaults: [{ at: '40 s', for: '20 s', component: 'search', crash: true, replicas: 1 }],
    seeds: SEEDS,
    hints: [
      'A search thread is held while the database answers: 12 ms of work and half of the time a query.',
      'Load over capacity is the utilisation. Above some 80 % the tail of the latency runs away.',
    ],
  },
];
