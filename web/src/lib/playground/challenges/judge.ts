/** How a repair is judged: what was changed, what it costs, and whether runs with hidden seeds and faults meet the objectives. */
import type { ObjectiveResult } from '$lib/scenario/types';
import type { SimulationEngine } from '../engine';
import { isObject, listOf } from '../graph';
import type { ScenarioDocument } from '../protocol';
import type { Challenge } from './types';

export interface Verdict {
  /** Null where it could not be judged. */
  passed: boolean | null;
  problems: string[];
  objectives: ObjectiveResult[];
  runs: number;
}

/** Paths of values that differ, members of lists by their ids: "components/orders/threads". */
export function changedPaths(before: unknown, after: unknown, path = ''): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const join = (key: string) => (path === '' ? key : `${path}/${key}`);
  const [a, b] = [byKey(before), byKey(after)];
  if (!a || !b) return [path];
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((key) =>
    changedPaths(a.get(key), b.get(key), join(key)),
  );
}

function byKey(value: unknown): Map<string, unknown> | null {
  if (Array.isArray(value))
    return new Map(
      value.map((item, i) => [isObject(item) && typeof item.id === 'string' ? item.id : String(i), item]),
    );
  return isObject(value) ? new Map(Object.entries(value)) : null;
}

/** A change of something within what is allowed is allowed; so is taking all of it away. */
export function isAllowed(path: string, patterns: readonly string[]): boolean {
  const parts = path.split('/');
  return patterns.some((pattern) => {
    const wanted = pattern.split('/');
    for (let i = 0; i < wanted.length; i++) {
      if (wanted[i] === '**') return true;
      if (i >= parts.length) return wanted.slice(i).every((part) => part === '**');
      if (wanted[i] !== '*' && wanted[i] !== parts[i]) return false;
    }
    return true;
  });
}

export function costOf(value: ScenarioDocument, prices: Readonly<Record<string, number>>): number {
  return listOf(value.components)
    .filter(isObject)
    .reduce((sum, { id, replicas }) => sum + Number(replicas ?? 1) * (prices[String(id)] ?? 0), 0);
}

/** What is wrong before anything is run. Where things stand on the canvas and what they are called is free. */
export function problemsOf(
  { mayChange, budget }: Challenge,
  start: ScenarioDocument,
  value: ScenarioDocument,
): string[] {
  const free = ['layout/**', 'name', 'about', ...mayChange];
  const problems = changedPaths(start, value)
    .filter((path) => !isAllowed(path, free))
    .map((path) => `${path} is locked`);
  if (budget) {
    const cost = costOf(value, budget.prices);
    if (!(cost <= budget.max)) problems.push(`it costs ${cost}, and ${budget.max} may be spent`);
  }
  return problems;
}

export function judgedDocument({ hiddenFaults }: Challenge, value: ScenarioDocument): ScenarioDocument {
  return { ...value, faults: [...listOf(value.faults), ...hiddenFaults] };
}

export async function judge(
  challenge: Challenge,
  start: ScenarioDocument,
  value: ScenarioDocument,
  engine: SimulationEngine,
  progress: (runs: number) => void = () => {},
): Promise<Verdict> {
  const problems = problemsOf(challenge, start, value);
  if (problems.length > 0) return { passed: false, problems, objectives: [], runs: 0 };
  const document = judgedDocument(challenge, value);
  let objectives: ObjectiveResult[] = [];
  let runs = 0;
  for (const seed of challenge.seeds) {
    const outcome = await engine.replicate(document, seed);
    if (!('answer' in outcome)) {
      const why =
        'mistakes' in outcome
          ? outcome.mistakes.map(({ message }) => message)
          : ['error' in outcome ? outcome.error.message : 'another run took its place'];
      return { passed: 'mistakes' in outcome ? false : null, problems: why, objectives, runs };
    }
    ({ objectives } = outcome.answer);
    progress(++runs);
  }
  return {
    passed: objectives.length > 0 && objectives.every(({ met }) => met),
    problems: [],
    objectives,
    runs,
  };
}
