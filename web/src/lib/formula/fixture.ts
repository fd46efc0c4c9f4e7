/** A specification for tests: the queue M/M/1 as its formula page gives it. */
import type { CalculatorSpec } from './spec';

const bare = { symbolHtml: null, help: null, from: null, to: null, step: null, scale: null };

export const queueSpec: CalculatorSpec = {
  id: 'mm1-response',
  inputs: [
    { ...bare, name: 'arrival_rate', label: 'arrival rate', default: '5/s' },
    { ...bare, name: 'service_rate', label: 'service rate', default: '10/s' },
    { ...bare, name: 'quantile', label: 'quantile', default: '0.95' },
  ],
  outputs: [
    { name: 'utilisation', label: 'utilisation', symbolHtml: null, isMain: false },
    { name: 'response_time', label: 'mean time in system', symbolHtml: null, isMain: true },
  ],
  plots: [],
  examples: [],
  widget: null,
  fit: null,
  check: null,
};
