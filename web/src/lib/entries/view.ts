/** What an entry page shows: prose already rendered to HTML, references already turned into links. */
import type { Tone } from '$lib/catalogue/labels';
import type { Level, Relation } from '$lib/catalogue/types';
import type { CalculatorSpec } from '$lib/formula/spec';
import type { RunCharts } from '$lib/scenario/chart';

export interface LinkView {
  name: string;
  url: string;
  kind: string;
}

export interface BadgeView {
  label: string;
  tone: Tone;
  title?: string;
  url?: string;
}

export interface LinkGroup {
  title: string;
  links: LinkView[];
}

export interface SourceView {
  title: string;
  detail: string | null;
  url: string | null;
  series: boolean;
}

export interface Fact {
  term: string;
  text: string;
  url?: string;
}

export interface TocItem {
  id: string;
  title: string;
}

export interface EntryPageView {
  ref: string;
  kind: string;
  /** Singular, for the line above the title. */
  kindLabel: string;
  name: string;
  summaryHtml: string;
  description: string;
  url: string;
  crumbs: { name: string; url: string }[];
  badges: BadgeView[];
  facts: Fact[];
  disputedHtml: string | null;
  toc: TocItem[];
  bodyHtml: string;
  sources: SourceView[];
  outgoing: LinkGroup[];
  incoming: LinkGroup[];
  previous: LinkView | null;
  next: LinkView | null;
  hasMath: boolean;
}

/** The series' own statement beside what the sources support. */
export interface ClaimView {
  rows: { term: string; saysHtml: string | null; holdsHtml: string | null }[];
  doubtHtml: string | null;
  verdict: BadgeView | null;
}

export interface ConceptView {
  ladder: { level: Level; name: string; skill: string; statementHtml: string | null; isPlaced: boolean }[];
  prerequisites: LinkView[];
  needsAll: LinkView[];
  unlocks: LinkView[];
  related: LinkView[];
  patterns: LinkView[];
  episodes: LinkView[];
}

export interface PatternView {
  problemHtml: string;
  mechanismHtml: string | null;
  useWhen: string[];
  avoidWhen: string[];
  tradeOffs: { gainHtml: string; costHtml: string }[];
  failureModes: { failureHtml: string; countermeasureHtml: string }[];
  variants: { nameHtml: string; differenceHtml: string }[];
  related: LinkView[];
  combinations: { name: string; url: string; relation: Relation; others: string[] }[];
  lackedBy: LinkView[];
  usedBy: LinkView[];
}

export interface CombinationView {
  relation: Relation;
  relationMeaning: string;
  mechanismHtml: string;
  members: (LinkView & { summary: string })[];
  order: { name: string; url: string | null }[];
  guidance: string[];
  stars: number | null;
  usedBy: LinkView[];
  usedByOther: string[];
}

export interface StackView {
  layers: { name: string; items: { link: LinkView; forHtml: string | null }[] }[];
}

export interface FormulaView {
  equationHtml: string;
  expression: string;
  variables: { symbolHtml: string; meaningHtml: string; unit: string | null }[];
  assumptions: string[];
  designUseHtml: string | null;
  misuseHtml: string | null;
  claim: ClaimView | null;
  episodes: LinkView[];
  concepts: LinkView[];
  derivationHtml: string | null;
  equations: EquationView[];
  conditions: ConditionView[];
  examples: WorkedExampleView[];
  /** Null where the formula states a relation that is not computed. */
  calculator: CalculatorSpec | null;
  calculators: LinkView[];
}

export interface EquationView {
  html: string;
  text: string;
}

export interface ConditionView {
  html: string;
  otherwise: string;
}

export interface WorkedExampleView {
  title: string;
  inputs: { label: string; value: string }[];
  outputs: { label: string; value: string }[];
  basis: 'literature' | 'independent';
  sourceHtml: string;
  tolerance: number | null;
}

export interface CalculatorView {
  question: string;
  calculator: CalculatorSpec;
  model: string;
  equations: EquationView[];
  conditions: ConditionView[];
  reading: string[];
  examples: WorkedExampleView[];
  formulas: (LinkView & { summary: string })[];
  concepts: LinkView[];
  patterns: LinkView[];
}

export interface EventView {
  isSuccess: boolean;
  causeHtml: string | null;
  impactHtml: string | null;
  lessons: string[];
  patterns: (LinkView & { summary: string })[];
  practices: string[];
  concepts: LinkView[];
  claim: ClaimView | null;
  episodes: LinkView[];
}

export interface CompanyView {
  topics: string[];
  claimedScale: string[];
  incidents: { link: LinkView; date: string | null; badge: BadgeView | null }[];
  patterns: LinkView[];
  episodes: LinkView[];
  stacks: LinkView[];
}

export interface EpisodeView {
  objectives: string[];
  topics: string[];
  prerequisites: LinkView[];
  needsAll: LinkView[];
  unlocks: LinkView[];
  graphUrl: string | null;
  concepts: LinkView[];
  patterns: LinkView[];
  companies: LinkView[];
  incidents: LinkView[];
  formulas: LinkView[];
  otherNames: string[];
  notes: string[];
}

export interface PathStep {
  ref: string;
  link: LinkView;
  code: string | null;
  hours: number | null;
  focusHtml: string | null;
  /** Names of direct prerequisites that the given order does not meet. */
  needs: LinkView[];
}

export interface PathView {
  ref: string;
  goalHtml: string | null;
  audience: string | null;
  stages: { name: string; when: string | null; steps: PathStep[] }[];
  episodes: number;
  hours: number | null;
  weeks: number | null;
  hoursPerWeek: number | null;
  claimedHours: number | null;
  pace: string | null;
  broken: { step: LinkView; needs: LinkView }[];
  repaired: { link: LinkView; code: string | null; inserted: boolean }[];
  repairedHours: number | null;
}

/** Of one system: for a column of text and for a phone. */
export interface ArchitectureView {
  wide: DrawingView;
  narrow: DrawingView;
  text: string;
  isStruck: boolean;
}

export interface DrawingView {
  /** As SVG's viewBox has it. */
  box: [left: number, top: number, width: number, height: number];
  nodes: {
    x: number;
    y: number;
    width: number;
    height: number;
    name: string;
    what: string;
    size: string;
    /** In a box of 24. */
    icon: string;
    isWorkload: boolean;
    isStruck: boolean;
  }[];
  /** The label's lines stand around (x, y). */
  edges: { d: string; isSent: boolean; x: number; y: number; label: string[] }[];
}

export interface ScenarioView {
  playgroundUrl: string;
  phenomenonHtml: string;
  architecture: ArchitectureView;
  /** Null where no run was exported. */
  run: RunView | null;
  /** The same system with or without its repair. */
  counterparts: ScenarioCardView[];
  lookFor: string[];
  change: string[];
  leavesOut: string[];
  text: string;
  command: string;
  concepts: LinkView[];
  patterns: LinkView[];
  incidents: LinkView[];
  companies: LinkView[];
}

export interface ScenarioCardView {
  name: string;
  url: string;
  summary: string;
  verdict: BadgeView | null;
  answered: { workload: string; percent: number; text: string; p99: string | null }[];
}

export interface RunView {
  stoppedEarly: string | null;
  objectives: ObjectiveView[];
  workloads: WorkloadView[];
  diagnosis: string[];
  /** What the run drew, as text of a document; null where nothing is drawn. */
  chaos: { count: number; text: string } | null;
  charts: RunCharts;
  components: RunTableView;
  calls: RunTableView;
}

export interface ObjectiveView {
  /** Workload or component. */
  of: string;
  isMet: boolean;
  text: string;
}

export interface WorkloadView {
  id: string;
  about: string | null;
  offered: string;
  answered: string;
  okPercent: number;
  ok: string;
  p50: string;
  p99: string;
  /** What became of the rest. */
  others: string | null;
}

export interface RunTableView {
  columns: string[];
  rows: { name: string; note: string | null; cells: string[] }[];
}

export interface CertificateView {
  requires: LinkView[];
  episodes: LinkView[];
  anyOf: { series: string; count: number } | null;
  skills: string[];
}

export interface MeasureView {
  target: string | null;
  methodHtml: string | null;
  noteHtml: string | null;
}

export interface PriceView {
  price: string;
  /** Key of a component's price; null for what is stored, which scenarios do not price. */
  field: string | null;
  value: string;
  types: string[];
  limits: { what: string; value: string }[];
}

export interface RuleView {
  items: string[];
  minutes: { from: number; to: number } | null;
  /** Rules of the same type that carry minutes, to draw this one in its place. */
  segments: { name: string; url: string; from: number; to: number; isThis: boolean }[];
  target: string | null;
  ruleHtml: string | null;
}
