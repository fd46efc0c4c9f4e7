/** Objectives of a report in words. A kind that came after this file is told by its fields. */
import { NO_FIGURE, numberShort, shareText, timeText } from '$lib/scenario/figures';

/** As the report has it (docs/formats/simulation-json.md); fields differ by kind. */
export type Objective = { kind: string; met: boolean } & Record<string, unknown>;

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** "users: 99 % answered". */
export function objectiveTitle(objective: object): string {
  const { kind, workload, component, ...rest } = objective as Objective;
  const of = String(workload ?? component ?? '');
  const quantile = shareText(number(rest.quantile));
  switch (kind) {
    case 'availability':
      return `${of}: ${shareText(number(rest.wanted))} answered`;
    case 'latency':
      return `${of}: ${quantile} within ${timeText(number(rest.wanted_ms))}`;
    case 'age':
      return `${of}: ${quantile} of the messages not older than ${timeText(number(rest.wanted_ms))}`;
    case 'staleness':
      return `${of}: ${quantile} of the reads at most ${timeText(number(rest.wanted_ms))} out of date`;
    case 'durability':
      return `${of}: ${shareText(number(rest.wanted))} of the acknowledged writes kept`;
    case 'cost':
      return `${of}: at most ${numberShort(number(rest.wanted_usd))} USD for a million requests`;
    default:
      return `${of}: ${kind}`;
  }
}

/** "97.1 %"; `NO_FIGURE` where too few were answered to say. */
export function objectiveMeasured(objective: object): string {
  const { kind, ...rest } = objective as Objective;
  if (kind === 'availability' || kind === 'durability') return shareText(number(rest.measured));
  if (kind === 'latency' || kind === 'age' || kind === 'staleness') return timeText(number(rest.measured_ms));
  if (kind === 'cost') {
    const cost = number(rest.measured_usd);
    return cost === null ? NO_FIGURE : `${numberShort(cost)} USD`;
  }
  return NO_FIGURE;
}
