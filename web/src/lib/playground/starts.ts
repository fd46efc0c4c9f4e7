/** What the playground begins with when nothing was asked for, and "empty". */
export const EMPTY = `name: Untitled
duration: 2 min
warmup: 10 s
network: exponential(0.5 ms)
workloads:
- id: users
  rate: 100/s
  call: service
  timeout: 1 s
components:
- id: service
  type: service
  replicas: 2
  threads: 4
  steps:
  - work: exponential(20 ms)
objectives:
- {workload: users, availability: 99.9%}
`;

export interface ScenarioStart {
  id: string;
  name: string;
  summary: string;
  text: string;
}
