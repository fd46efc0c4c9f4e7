/**
 * The catalogue as the C++ exporter writes it: the contract of docs/formats/catalogue-json.md, in TypeScript.
 * Field names are the contract's own (snake_case). Only type information; safe to import anywhere.
 */

import type { ScenarioModel } from '$lib/scenario/types';

/** `kind:id`, the name that references use. */
export type Ref = string;

export type Level = 'L1' | 'L2' | 'L3' | 'L4' | 'L5';
export const LEVELS: readonly Level[] = ['L1', 'L2', 'L3', 'L4', 'L5'];

export interface Link {
  ref: Ref;
  kind: string;
  name: string;
  url: string;
}

export interface RelatedLink extends Link {
  relation: string;
}

export interface LiteratureSource {
  title: string;
  authors?: string | null;
  year?: number | null;
  where?: string | null;
  url?: string | null;
}

export interface SeriesSource {
  series: string;
}

export type Source = LiteratureSource | SeriesSource;

export interface ConceptFields {
  depth: Partial<Record<Level, string>>;
  episodes?: Ref[];
  patterns?: Ref[];
  prerequisites?: Ref[];
  related?: Ref[];
  origin: 'stated' | 'derived' | 'security-goal';
}

export interface PatternFields {
  series_own: boolean;
  form: 'pattern' | 'module';
  difficulty?: string | null;
  introduced?: { year: number; basis?: string | null; doubt?: string | null } | null;
  problem: string;
  mechanism?: string;
  use_when?: string[];
  avoid_when?: string[];
  trade_offs?: { gain: string; cost: string }[];
  failure_modes?: { failure: string; countermeasure: string }[];
  variants?: { id?: string; name: string; difference: string }[];
  related?: Ref[];
}

export type Relation = 'synergy' | 'prerequisite' | 'conflict' | 'anti-pattern';

export interface CombinationFields {
  relation: Relation;
  members: Ref[];
  /** Either references, or the ids in words: "timeout then retry-backoff". */
  order?: Ref[] | string | null;
  mechanism: string;
  guidance?: string[];
  stars?: number | null;
  evidence?: string;
  used_by?: Ref[];
  used_by_other?: string[];
}

export interface StackFields {
  company?: Ref | null;
  layers: { layer: string; items: { ref: Ref; for?: string }[] }[];
  claimed_patterns?: string | number | null;
}

/** Values are texts in the formula language: "8/s", "[0.99, 0.999]". */
export interface WorkedExample {
  title: string;
  inputs: Record<string, string>;
  outputs: Record<string, string>;
  tolerance?: number;
  basis: 'literature' | 'independent';
  source: string;
}

/** A simulation that measures what a model computes: docs/formats/check.md. */
export interface CheckFields {
  about: string;
  requires?: { condition: string; otherwise: string }[];
  scenario: Record<string, unknown>;
  figures: { theory: string; measured: string; label?: string; when?: string }[];
}

export interface CalculatorFields {
  question: string;
  model: string;
  inputs: {
    name: string;
    label: string;
    help?: string;
    from?: string;
    to?: string;
    scale?: 'linear' | 'log';
    step?: string;
  }[];
  outputs: { name: string; label: string; main?: boolean }[];
  plots: {
    title: string;
    x: string;
    y: string[];
    from?: string;
    to?: string;
    scale?: 'linear' | 'log';
    y_scale?: 'linear' | 'log';
    by?: string;
  }[];
  widget?: 'fit' | 'regions';
  fit?: { formula: Ref; data: string; assign?: Record<string, string> };
  check?: CheckFields;
  reading: string[];
  examples: WorkedExample[];
  formulas: Ref[];
  concepts?: Ref[];
  patterns?: Ref[];
}

export interface FormulaFields {
  expression: string;
  latex: string;
  variables: {
    symbol: string;
    latex?: string;
    meaning: string;
    unit?: string | null;
    /** Its name in `equations`; without one the symbol stands in the statement only. */
    name?: string;
    domain?: string;
    min?: string;
    max?: string;
    list?: boolean;
    default?: string;
  }[];
  equations?: string[];
  /** The output that matters most; the first equation's where none is named. */
  result?: string;
  requires?: { condition: string; otherwise: string }[];
  check?: CheckFields;
  examples?: WorkedExample[];
  derivation?: string | null;
  assumptions?: string[];
  design_use?: string | null;
  misuse?: string | null;
  standing?: 'established' | 'heuristic';
  series_claim?: {
    name?: string | null;
    expression?: string | null;
    status: string;
    doubt?: string | null;
    use?: string | null;
  } | null;
  episodes?: Ref[];
  concepts?: Ref[];
}

export interface EventFields {
  type: string;
  company?: Ref | null;
  company_name?: string | null;
  date?: string | null;
  duration_minutes?: number | null;
  cause?: string | null;
  impact?: string | null;
  lessons?: string[];
  record: 'documented' | 'partial' | 'none';
  series_claim?: {
    impact?: string | null;
    cause?: string | null;
    duration?: string | null;
    doubt?: string | null;
    doubt_level?: string | null;
  } | null;
  missing_patterns?: Ref[];
  used_patterns?: Ref[];
  missing_practices?: string[];
  concepts?: Ref[];
  episodes?: Ref[];
}

export interface CompanyFields {
  sector?: string;
  basis?: string;
  main_episode?: Ref | null;
  episodes?: Ref[];
  patterns?: Ref[];
  incidents?: Ref[];
  topics?: string[];
  claimed_scale?: string[];
  claimed_pattern_count?: string | number | null;
}

export interface EpisodeFields {
  code: string;
  number: number;
  series: string;
  availability: 'scripted' | 'planned';
  theme?: string;
  hours: number;
  script_hours?: number | null;
  prerequisites?: Ref[];
  /** What a listener can do afterwards. */
  objectives?: string[];
  cold_open?: string | null;
  difficulty?: string | null;
  topics?: string[];
  companies?: Ref[];
  incidents?: Ref[];
  patterns?: Ref[];
  other_names?: string[];
  notes?: string | string[] | null;
}

export interface PathFields {
  type: string;
  audience?: string | null;
  goal?: string | null;
  claimed_hours?: number | null;
  pace?: string | null;
  hours_per_week?: number | null;
  stages: { name: string; when?: string | null; steps: { ref: Ref; focus?: string | null }[] }[];
}

export interface CertificateFields {
  requires?: Ref[];
  episodes?: Ref[];
  any_of?: { series: string; count: number } | null;
  skills?: string[];
  scheme?: string;
}

export interface KpiFields {
  group?: string;
  dimension?: string;
  comparison?: string;
  target?: number | string | null;
  unit?: string | null;
  method?: string | null;
  note?: string | null;
}

export interface RuleFields {
  type: string;
  group?: string | null;
  items?: string[];
  minutes?: { from: number; to: number } | null;
  target?: number | string | null;
  comparison?: string | null;
  unit?: string | null;
  rule?: string | null;
}

export type Provider = 'aws' | 'google' | 'azure';

export interface PriceFields {
  provider: Provider;
  product: string;
  /** Names of the simulator's types that the product can stand for. */
  component_types: string[];
  region: string;
  /** What `price_usd` buys: "hour", "1,000,000 requests". */
  per: string;
  price_usd: number;
  /** Key of a component's `price` that `value` fills; none has `storage`. */
  field: 'replica' | 'request' | 'busy' | 'egress' | 'storage';
  /** The price of one unit in the formula language: "0.0816 USD/hour". */
  value: string;
  vcpu?: number | null;
  memory_gb?: number | null;
  limits?: { what: string; value: string }[];
  as_of: string;
}

export interface ScenarioFields {
  /** The scenario of the same system and trouble that this one designs otherwise. */
  counterpart_of?: Ref;
  phenomenon: string;
  look_for: string[];
  change: string[];
  /** Of a published architecture. */
  leaves_out?: string[];
  companies?: Ref[];
  concepts?: Ref[];
  patterns?: Ref[];
  incidents?: Ref[];
  model: ScenarioModel;
  /** The scenario's YAML, comments included. */
  model_text: string;
}

export interface FieldsByKind {
  concept: ConceptFields;
  pattern: PatternFields;
  combination: CombinationFields;
  stack: StackFields;
  formula: FormulaFields;
  calculator: CalculatorFields;
  incident: EventFields;
  success: EventFields;
  company: CompanyFields;
  episode: EpisodeFields;
  path: PathFields;
  scenario: ScenarioFields;
  certificate: CertificateFields;
  kpi: KpiFields;
  rule: RuleFields;
  price: PriceFields;
}

export type KnownKind = keyof FieldsByKind;

export interface NodeAnalysis {
  unlocks?: Link[];
  needs_all?: Link[];
  depth?: number;
}

export interface PathAnalysis {
  episodes?: number;
  hours?: number;
  weeks?: number | null;
  broken?: { step: Link; needs: Link }[];
  repaired?: { step: Link; inserted: boolean }[];
  repaired_hours?: number;
}

export interface AnalysisByKind {
  concept: NodeAnalysis;
  episode: NodeAnalysis;
  path: PathAnalysis;
}

export interface Entry<F = Record<string, unknown>, A = Record<string, unknown>> {
  ref: Ref;
  kind: string;
  id: string;
  url: string;
  name: string;
  summary: string;
  aliases: string[];
  category: string | null;
  level: Level | null;
  tier: string | null;
  year: number | null;
  status: string | null;
  disputed: string | null;
  sources: Source[];
  fields: F;
  body_html: string;
  links: RelatedLink[];
  backlinks: RelatedLink[];
  analysis: A;
}

export type EntryOf<K extends KnownKind> = Entry<
  FieldsByKind[K],
  K extends keyof AnalysisByKind ? AnalysisByKind[K] : Record<string, unknown>
>;

export interface KindInfo {
  plural: string;
  title: string;
  description: string;
  categories: { id: string; name: string }[];
}

export interface Era {
  from: number;
  to: number;
  name: string;
  items: string[];
  patterns?: Ref[];
  concepts?: Ref[];
}

export interface Taxonomy {
  kinds: Record<string, KindInfo>;
  levels: { id: Level; name: string; skill: string; application: string }[];
  tiers: { id: string; name: string; meaning: string }[];
  series: { id: string; name: string; audience?: string | null }[];
  eras: Era[];
  relations: { id: Relation; name: string; meaning: string }[];
}

export interface Graph {
  nodes: { ref: Ref; name: string; url: string; group: string; layer: number }[];
  edges: { from: Ref; to: Ref }[];
}

export type Counts = Record<string, number>;

export interface Stats {
  entries: { total: number; by_kind: Counts };
  concepts: {
    by_category: Counts;
    by_level: Counts;
    by_taught_level: Counts;
    security: number;
    security_share: number;
  };
  patterns: { series_own: number; by_category: Counts; by_tier: Counts };
  episodes: { numbered: number; extra: number; scripted: number; planned: number; hours: number };
  formulas: { by_claim_status: Counts };
  incidents: { by_record: Counts; by_doubt_level: Counts };
  combinations: { by_relation: Counts };
  per_episode: {
    ref: Ref;
    concepts: number;
    patterns: number;
    incidents: number;
    formulas: number;
    companies: number;
  }[];
  references: { total: number; by_relation: Counts };
  sources: { total: number; distinct: number };
  gaps: Record<string, Ref[]>;
}

export interface CatalogueFile {
  format: number;
  content_hash: string;
  taxonomy: Taxonomy;
  stats: Stats;
  entries: Entry[];
  graphs: Record<string, Graph>;
}
