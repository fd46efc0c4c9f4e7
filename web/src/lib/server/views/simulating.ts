/** Scenarios: a system under load and faults, and what one run of it comes to. */
import { formatCount, plural } from '$lib/catalogue/format';
import { humanise } from '$lib/catalogue/labels';
import type { EntryOf } from '$lib/catalogue/types';
import type {
  BadgeView,
  ObjectiveView,
  RunTableView,
  RunView,
  ScenarioCardView,
  ScenarioView,
  WorkloadView,
} from '$lib/entries/view';
import { runCharts } from '$lib/scenario/chart';
import { faultsYaml } from '$lib/scenario/faults_yaml';
import { numberShort, secondsText, shareText, timeText } from '$lib/scenario/figures';
import { intervalsOf } from '$lib/scenario/intervals';
import { families, familyOf } from '$lib/scenario/pairs';
import type { ObjectiveResult, ScenarioModel, ScenarioReport } from '$lib/scenario/types';
import type { ScenarioDocument } from '$lib/playground/protocol';
import { architectureOf } from '../architecture';
import type { Catalogue } from '../catalogue';
import { escapeHtml, inlineAll, plainText, renderInline } from '../inline';
import { scenarioReport } from '../scenario_reports';
import { type Presented } from './shared';

type ScenarioEntry = EntryOf<'scenario'>;

export function presentScenario(entry: ScenarioEntry, catalogue: Catalogue): Presented<ScenarioView> {
  const { fields, id } = entry;
  const report = scenarioReport(id);
  const run = report ? runView(report, fields.model) : null;
  const family = catalogue.ofKind('scenario').filter((other) => familyOf(other) === familyOf(entry));
  const view: ScenarioView = {
    phenomenonHtml: renderInline(fields.phenomenon),
    architecture: architectureOf(fields.model as unknown as ScenarioDocument),
    run,
    counterparts: family.filter((other) => other.id !== id).map(scenarioCard),
    lookFor: inlineAll(fields.look_for),
    change: inlineAll(fields.change),
    leavesOut: inlineAll(fields.leaves_out ?? []),
    text: fields.model_text.trimEnd(),
    playgroundUrl: `/playground?scenario=${id}`,
    command: `dstudio sim run ${id} --seed ${report?.seed ?? 1}`,
    concepts: catalogue.links(fields.concepts),
    patterns: catalogue.links(fields.patterns),
    incidents: catalogue.links(fields.incidents),
    companies: catalogue.links(fields.companies),
  };
  const verdict = report ? verdictBadge(report) : null;
  return {
    view,
    sections: [
      ['phenomenon', 'The phenomenon', view.phenomenonHtml],
      ['system', 'The system', view.architecture.text],
      ['run', 'What a run shows', run],
      ['over-time', 'Over time', run],
      ['inside', 'Components and calls', run],
      ['look-for', 'What to look for', view.lookFor],
      ['change', 'What to change', view.change],
      ['leaves-out', 'What the model leaves out', view.leavesOut],
      ['scenario', 'The scenario', view.text],
      [
        'related',
        'What it is about',
        [view.concepts, view.patterns, view.incidents, view.companies].flat().length,
      ],
    ],
    shown: ['concepts', 'patterns', 'incidents', 'companies', 'counterpart_of', 'scenario/counterpart_of'],
    badges: verdict ? [verdict] : [],
    facts: report
      ? [
          { term: 'Simulated', text: secondsText(report.duration_s) },
          { term: 'Warm-up, not counted', text: secondsText(report.warmup_s) },
          { term: 'Seed', text: String(report.seed) },
          { term: 'Events', text: formatCount(report.events) },
        ]
      : [],
  };
}

/** All scenarios, a failure next to its repair. */
export function scenarioFamilies(catalogue: Catalogue): ScenarioCardView[][] {
  const missed = ({ id }: ScenarioEntry) =>
    scenarioReport(id)?.objectives.filter(({ met }) => !met).length ?? 0;
  return families(catalogue.ofKind('scenario'), missed).map((members) => members.map(scenarioCard));
}

function scenarioCard({ id, name, url, summary }: ScenarioEntry): ScenarioCardView {
  const report = scenarioReport(id);
  return {
    name,
    url,
    summary: plainText(summary),
    verdict: report ? verdictBadge(report) : null,
    answered: (report?.workloads ?? []).map(({ id: workload, ok_share: { value }, latency_ms: { p99 } }) => ({
      workload,
      percent: 100 * (value ?? 0),
      text: shareText(value),
      p99: p99.value === null ? null : timeText(p99.value),
    })),
  };
}

function verdictBadge({ objectives }: ScenarioReport): BadgeView | null {
  const missed = objectives.filter(({ met }) => !met).length;
  if (objectives.length === 0) return null;
  if (missed === 0)
    return { label: objectives.length === 1 ? 'Objective met' : 'Objectives met', tone: 'good' };
  const label =
    objectives.length === 1
      ? 'Objective missed'
      : `${missed} of ${plural(objectives.length, 'objective')} missed`;
  return { label, tone: 'bad' };
}

function runView(report: ScenarioReport, model: ScenarioModel): RunView {
  const abouts = new Map(model.workloads.map(({ id, about }) => [id, about]));
  return {
    stoppedEarly: report.stopped_early ?? null,
    objectives: report.objectives.map(objectiveView),
    workloads: report.workloads.map((workload): WorkloadView => {
      const { id, offered_per_s, goodput_per_s, ok_share, latency_ms } = workload;
      return {
        id,
        about: abouts.get(id) ?? null,
        offered: numberShort(offered_per_s.value),
        answered: numberShort(goodput_per_s.value),
        okPercent: 100 * (ok_share.value ?? 0),
        ok: shareText(ok_share.value),
        p50: timeText(latency_ms.p50.value),
        p99: timeText(latency_ms.p99.value),
        others: otherOutcomes(workload.outcomes),
      };
    }),
    diagnosis: report.diagnosis.map(diagnosisHtml),
    chaos: report.chaos ? { count: report.chaos.length, text: faultsYaml(report.chaos) } : null,
    charts: runCharts(report, intervalsOf(model, report.duration_s, report.warmup_s, report.chaos)),
    components: componentTable(report),
    calls: callTable(report),
  };
}

function objectiveView(objective: ObjectiveResult): ObjectiveView {
  return {
    of: 'component' in objective ? objective.component : objective.workload,
    isMet: objective.met,
    text: objectiveText(objective),
  };
}

function objectiveText(objective: ObjectiveResult): string {
  if (objective.kind === 'latency') {
    const share = shareText(objective.quantile);
    const wanted = timeText(objective.wanted_ms);
    return objective.measured_ms === null
      ? `${share} wanted within ${wanted}, fewer were answered at all`
      : `${share} answered within ${timeText(objective.measured_ms)}, within ${wanted} wanted`;
  }
  if (objective.kind === 'age') {
    const measured =
      objective.measured_ms === null ? 'none was' : `within ${timeText(objective.measured_ms)}`;
    return `${shareText(objective.quantile)} of its messages delivered ${measured}, within ${timeText(objective.wanted_ms)} wanted`;
  }
  if (objective.kind === 'staleness')
    return `${shareText(objective.quantile)} of its reads at most ${timeText(objective.measured_ms)} out of date, ${timeText(objective.wanted_ms)} wanted`;
  if (objective.kind === 'durability')
    return `${shareText(objective.measured)} of the acknowledged writes kept, ${shareText(objective.wanted)} wanted`;
  if (objective.kind === 'cost') {
    const { measured_usd } = objective;
    return `a million answers cost ${measured_usd === null ? 'without end' : `$${numberShort(measured_usd)}`}, at most $${numberShort(objective.wanted_usd)} wanted`;
  }
  const { wanted, measured, budget_used } = objective;
  const budget = budgetText(budget_used);
  return `${shareText(measured)} answered, ${shareText(wanted)} wanted${budget ? `: ${budget}` : ''}`;
}

function budgetText(used: number | null): string | null {
  if (used === null || !Number.isFinite(used)) return null;
  if (used === 0) return 'none of the error budget used';
  return used < 2
    ? `${shareText(used)} of the error budget used`
    : `${numberShort(used)} times the error budget`;
}

/** What became of the requests that were not answered, most frequent first. */
function otherOutcomes(outcomes: Record<string, number>): string | null {
  const total = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  const others = Object.entries(outcomes)
    .filter(([name, count]) => name !== 'ok' && count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${shareText(count / total)} ${OUTCOMES[name] ?? humanise(name).toLowerCase()}`);
  return others.length > 0 ? others.join(', ') : null;
}

const OUTCOMES: Record<string, string> = {
  timed_out: 'timed out',
  failed: 'failed',
  rejected: 'turned away by a full queue',
  refused: 'found no replica up',
  short_circuit: 'stopped by a breaker',
  limited: 'over the rate limit',
  bulkhead: 'held off by a bulkhead',
  expired: 'dropped after the deadline',
};

/** Calls are named "shop -> orders". */
function arrows(text: string): string {
  return text.replaceAll(' -> ', ' → ');
}

/** A sentence of the diagnosis; no line breaks before its per cent signs. */
function diagnosisHtml(sentence: string): string {
  return escapeHtml(arrows(sentence)).replaceAll(' %', '\u00a0%');
}

interface Column<T> {
  title: string;
  text: (row: T) => string;
  /** Shown only where one row is not zero; without it always. */
  when?: (row: T) => number | null;
}

function table<T>(
  rows: readonly T[],
  name: (row: T) => string,
  note: (row: T) => string | null,
  columns: readonly Column<T>[],
): RunTableView {
  const shown = columns.filter(({ when }) => !when || rows.some((row) => (when(row) ?? 0) > 0));
  return {
    columns: shown.map(({ title }) => title),
    rows: rows.map((row) => ({
      name: name(row),
      note: note(row),
      cells: shown.map(({ text }) => text(row)),
    })),
  };
}

function componentTable({ components }: ScenarioReport): RunTableView {
  return table(
    components,
    ({ id }) => id,
    ({ type, replicas }) =>
      `${humanise(type).toLowerCase()}${replicas > 1 ? `, ${formatCount(replicas)} replicas` : ''}`,
    [
      { title: 'Busy', text: (c) => shareText(c.utilisation.value) },
      { title: 'Queue', text: (c) => numberShort(c.queue.value) },
      { title: 'Wait', text: (c) => timeText(c.wait_ms.value) },
      { title: 'Served/s', text: (c) => numberShort(c.served_per_s.value) },
      { title: 'Wasted/s', text: (c) => numberShort(c.wasted_per_s.value) },
      {
        title: 'Rejected/s',
        text: (c) => numberShort(c.rejected_per_s.value),
        when: (c) => c.rejected_per_s.value,
      },
      { title: 'Lost in crashes', text: (c) => numberShort(c.lost.value), when: (c) => c.lost.value },
    ],
  );
}

function callTable({ calls }: ScenarioReport): RunTableView {
  return table(
    calls,
    ({ name }) => arrows(name),
    () => null,
    [
      { title: 'Calls', text: (c) => numberShort(c.calls.value) },
      { title: 'Attempts per call', text: (c) => numberShort(c.amplification.value) },
      { title: 'Timeouts', text: (c) => numberShort(c.timeouts.value) },
      { title: 'Retries', text: (c) => numberShort(c.retries.value) },
      {
        title: 'Retries refused',
        text: (c) => numberShort(c.retries_denied.value),
        when: (c) => c.retries_denied.value,
      },
      { title: 'Hedges', text: (c) => numberShort(c.hedges.value), when: (c) => c.hedges.value },
      {
        title: 'Breaker opened',
        text: (c) => numberShort(c.breaker_opened.value),
        when: (c) => c.breaker_opened.value,
      },
    ],
  );
}
