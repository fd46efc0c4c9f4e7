/** The words for standings, levels and relations: one vocabulary for badges, facets, legends and the About page. */
import type { Provider, Relation } from './types';

/** Tones are design tokens: `--tone-<name>` and `--tone-<name>-soft`. */
export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'info';

export interface Word {
  label: string;
  tone: Tone;
  meaning: string;
}

export const FORMULA_STATUS: Record<string, Word> = {
  correct: { label: 'Correct', tone: 'good', meaning: 'The series states it as the literature does.' },
  incomplete: {
    label: 'Incomplete',
    tone: 'warn',
    meaning: 'True only under conditions that the series leaves out.',
  },
  misnamed: {
    label: 'Misnamed',
    tone: 'warn',
    meaning: 'A right formula under a wrong name, or put to a wrong use.',
  },
  heuristic: {
    label: 'Heuristic',
    tone: 'info',
    meaning: 'A rule of thumb without theory or data behind it.',
  },
  wrong: { label: 'Wrong', tone: 'bad', meaning: 'It does not hold; the corrected form is shown instead.' },
};

export const RECORD_STATUS: Record<string, Word> = {
  documented: {
    label: 'Documented',
    tone: 'good',
    meaning: 'A public report by those involved, or an official inquiry.',
  },
  partial: { label: 'Partly documented', tone: 'warn', meaning: 'Public reports cover some of it.' },
  none: {
    label: 'No public record',
    tone: 'bad',
    meaning: 'Told by the series; no public source was found.',
  },
};

export const AVAILABILITY: Record<string, Word> = {
  scripted: { label: 'Scripted', tone: 'good', meaning: 'A full script exists.' },
  planned: { label: 'Planned', tone: 'neutral', meaning: 'Announced; no script yet.' },
};

export const PATTERN_STATUS: Record<string, Word> = {
  series: {
    label: 'Series pattern',
    tone: 'neutral',
    meaning: 'One of the patterns that the series counts as its own.',
  },
  library: { label: 'Library pattern', tone: 'neutral', meaning: 'Added to the pattern library later.' },
};

export const COMPANY_BASIS: Record<string, Word> = {
  'deep-dive': { label: 'Deep dive', tone: 'info', meaning: 'Has an episode of its own.' },
  'planned deep-dive': {
    label: 'Planned deep dive',
    tone: 'neutral',
    meaning: 'An episode of its own is announced.',
  },
  featured: { label: 'Featured', tone: 'neutral', meaning: 'Told as an example.' },
  incident: { label: 'Through an incident', tone: 'neutral', meaning: 'Told through a failure.' },
};

export const PROVIDERS: Record<Provider, Word> = {
  aws: { label: 'AWS', tone: 'neutral', meaning: 'Amazon Web Services.' },
  google: { label: 'Google Cloud', tone: 'neutral', meaning: '' },
  azure: { label: 'Azure', tone: 'neutral', meaning: 'Microsoft Azure.' },
};

export const RELATIONS: Record<Relation, Word & { letter: string }> = {
  synergy: { label: 'Synergy', letter: 'S', tone: 'good', meaning: 'They work better together.' },
  prerequisite: {
    label: 'Prerequisite',
    letter: 'P',
    tone: 'info',
    meaning: 'One needs, or should follow, the other.',
  },
  conflict: { label: 'Conflict', letter: 'C', tone: 'warn', meaning: 'They hinder each other.' },
  'anti-pattern': { label: 'Anti-pattern', letter: 'A', tone: 'bad', meaning: 'A way of building to avoid.' },
};
export const RELATION_IDS = Object.keys(RELATIONS) as Relation[];

const STATUS_BY_KIND: Record<string, Record<string, Word>> = {
  formula: FORMULA_STATUS,
  incident: RECORD_STATUS,
  success: RECORD_STATUS,
  episode: AVAILABILITY,
  pattern: PATTERN_STATUS,
  combination: RELATIONS,
  company: COMPANY_BASIS,
  price: PROVIDERS,
};

/** What the `status` of an entry means; an unknown one is shown as it is. */
export function statusWord(kind: string, status: string): Word {
  return STATUS_BY_KIND[kind]?.[status] ?? { label: humanise(status), tone: 'neutral', meaning: '' };
}

/** The label of a status where entries of several kinds stand together. */
export function statusLabel(status: string, kind?: string): string {
  const owner = kind ?? Object.keys(STATUS_BY_KIND).find((known) => STATUS_BY_KIND[known]?.[status]);
  return statusWord(owner ?? '', status).label;
}

/** As a badge: a formula's status judges what the series claims, not the formula that the page shows. */
export function statusBadge(kind: string, status: string): { label: string; tone: Tone; title?: string } {
  const { label, tone, meaning } = statusWord(kind, status);
  const isClaim = kind === 'formula';
  return {
    label: isClaim ? `Series claim ${label.toLowerCase()}` : label,
    tone,
    title: meaning || undefined,
  };
}

/** Whether the status says more than the entry's category already does. */
export function statusIsCategory(kind: string): boolean {
  return kind === 'combination';
}

const KIND_LABELS: Record<string, string> = {
  kpi: 'Key figure',
  rule: 'Production rule',
  price: 'Cloud price',
  path: 'Learning path',
};

/** A kind in the singular, for one entry of it. */
export function kindLabel(kind: string): string {
  return KIND_LABELS[kind] ?? humanise(kind);
}

export function humanise(id: string): string {
  const text = id.replace(/[-_]/g, ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
