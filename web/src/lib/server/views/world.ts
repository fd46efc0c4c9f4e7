/** Incidents, successes, companies, key figures, production rules and prices: what happened, is aimed at, and costs. */
import { formatDate, formatDuration } from '$lib/catalogue/format';
import { COMPANY_BASIS, humanise, PROVIDERS, statusWord } from '$lib/catalogue/labels';
import type { EntryOf } from '$lib/catalogue/types';
import type {
  ClaimView,
  CompanyView,
  EventView,
  Fact,
  MeasureView,
  PriceView,
  RuleView,
} from '$lib/entries/view';
import type { Catalogue } from '../catalogue';
import { inlineAll, inlineOrNull, plainText } from '../inline';
import { type Presented, toLink } from './shared';

type EventEntry = EntryOf<'incident'> | EntryOf<'success'>;

export function companyOf(
  { fields }: EventEntry,
  catalogue: Catalogue,
): { name: string; url?: string } | null {
  if (fields.company) return catalogue.link(fields.company);
  return fields.company_name ? { name: fields.company_name } : null;
}

export function presentEvent(entry: EventEntry, catalogue: Catalogue): Presented<EventView> {
  const { fields } = entry;
  const isSuccess = entry.kind === 'success';
  const refs = isSuccess ? fields.used_patterns : fields.missing_patterns;
  const view: EventView = {
    isSuccess,
    causeHtml: inlineOrNull(fields.cause),
    impactHtml: fields.impact === entry.summary ? null : inlineOrNull(fields.impact),
    lessons: inlineAll(fields.lessons),
    patterns: (refs ?? []).map((ref) => ({
      ...catalogue.link(ref),
      summary: plainText(catalogue.find(ref)?.summary ?? ''),
    })),
    practices: inlineAll(fields.missing_practices),
    concepts: catalogue.links(fields.concepts),
    claim: eventClaim(entry),
    episodes: catalogue.links(fields.episodes),
  };
  const company = companyOf(entry, catalogue);
  const facts: Fact[] = [];
  if (fields.date) facts.push({ term: 'Date', text: formatDate(fields.date) });
  if (fields.duration_minutes)
    facts.push({ term: 'Duration', text: formatDuration(fields.duration_minutes) });
  if (company) facts.push({ term: 'Company', text: company.name, url: company.url });
  facts.push({ term: 'Type', text: humanise(fields.type) });
  return {
    view,
    sections: [
      ['impact', isSuccess ? 'What it achieved' : 'Impact', view.impactHtml],
      ['cause', isSuccess ? 'What it rests on' : 'Cause', view.causeHtml],
      [
        'patterns',
        isSuccess ? 'Patterns at work' : 'Patterns that were missing',
        view.patterns.length + view.practices.length,
      ],
      ['lessons', 'Lessons', view.lessons],
      ['concepts', 'Concepts behind it', view.concepts],
      ['claim', 'The series and the record', view.claim],
      ['episodes', 'Told in', view.episodes],
    ],
    shown: [
      'missing_patterns',
      'used_patterns',
      'company',
      'concepts',
      'episodes',
      'episode/incidents',
      'company/incidents',
    ],
    facts,
  };
}

function eventClaim({ fields }: EventEntry): ClaimView | null {
  const claim = fields.series_claim;
  if (!claim || !(claim.impact || claim.cause || claim.duration || claim.doubt)) return null;
  const rows: ClaimView['rows'] = [];
  if (claim.impact)
    rows.push({
      term: 'Impact',
      saysHtml: inlineOrNull(claim.impact),
      holdsHtml: inlineOrNull(fields.impact),
    });
  if (claim.cause)
    rows.push({ term: 'Cause', saysHtml: inlineOrNull(claim.cause), holdsHtml: inlineOrNull(fields.cause) });
  if (claim.duration) {
    const holds = fields.duration_minutes ? formatDuration(fields.duration_minutes) : null;
    rows.push({ term: 'Duration', saysHtml: inlineOrNull(claim.duration), holdsHtml: holds });
  }
  const tone = claim.doubt_level === 'major' ? 'bad' : claim.doubt_level === 'minor' ? 'warn' : 'good';
  return {
    rows,
    doubtHtml: inlineOrNull(claim.doubt),
    verdict: claim.doubt_level
      ? { label: `Doubt: ${claim.doubt_level}`, tone, title: 'How far the telling departs from the record' }
      : null,
  };
}

export function presentCompany(entry: EntryOf<'company'>, catalogue: Catalogue): Presented<CompanyView> {
  const { fields } = entry;
  const own = new Set(fields.incidents ?? []);
  for (const link of entry.backlinks) {
    if ((link.kind === 'incident' || link.kind === 'success') && link.relation === 'company')
      own.add(link.ref);
  }
  const incidents = [...own].map((ref) => {
    const event = catalogue.find(ref);
    const date = event?.fields.date;
    const word = event?.status ? statusWord(event.kind, event.status) : null;
    return {
      link: catalogue.link(ref),
      date: typeof date === 'string' ? date : null,
      badge: word ? { label: word.label, tone: word.tone, title: word.meaning } : null,
    };
  });
  const view: CompanyView = {
    topics: inlineAll(fields.topics),
    claimedScale: inlineAll(fields.claimed_scale),
    incidents: incidents.sort((a, b) => (a.date ?? '9').localeCompare(b.date ?? '9')),
    patterns: catalogue.links(fields.patterns),
    episodes: catalogue.links(fields.episodes),
    stacks: entry.backlinks.filter(({ kind }) => kind === 'stack').map(toLink),
  };
  const facts: Fact[] = [];
  if (fields.sector) facts.push({ term: 'Sector', text: humanise(fields.sector) });
  if (fields.basis && !entry.status)
    facts.push({ term: 'Told as', text: COMPANY_BASIS[fields.basis]?.label ?? humanise(fields.basis) });
  if (fields.main_episode) {
    const episode = catalogue.link(fields.main_episode);
    facts.push({ term: 'Its episode', text: episode.name, url: episode.url });
  }
  if (fields.claimed_pattern_count) {
    facts.push({ term: 'Patterns claimed', text: `${fields.claimed_pattern_count} (no list behind it)` });
  }
  return {
    view,
    sections: [
      ['topics', 'What the series tells of it', view.topics],
      ['events', 'Incidents and successes', view.incidents],
      ['patterns', 'Patterns', view.patterns.length + view.stacks.length],
      ['scale', 'Scale, as the series states it', view.claimedScale],
      ['episodes', 'Episodes', view.episodes],
    ],
    shown: [
      ...['episodes', 'patterns', 'incidents', 'main_episode'],
      ...['incident/company', 'success/company', 'stack/company', 'episode/companies'],
    ],
    facts,
  };
}

const COMPARISONS: Record<string, string> = {
  '>=': 'at least',
  '<=': 'at most',
  '>': 'more than',
  '<': 'less than',
  '=': 'exactly',
};

export function targetText(fields: {
  comparison?: string | null;
  target?: number | string | null;
  unit?: string | null;
}): string | null {
  if (fields.target === null || fields.target === undefined) return null;
  const value = typeof fields.target === 'number' ? fields.target.toLocaleString('en-US') : fields.target;
  const comparison = fields.comparison ? (COMPARISONS[fields.comparison] ?? fields.comparison) : '';
  const unit = fields.unit === 'percent' ? '%' : (fields.unit ?? '');
  return `${comparison} ${value} ${unit}`.trim();
}

export function presentKpi(entry: EntryOf<'kpi'>): Presented<MeasureView> {
  const { fields } = entry;
  const view: MeasureView = {
    target: targetText(fields),
    methodHtml: fields.method === entry.summary ? null : inlineOrNull(fields.method),
    noteHtml: inlineOrNull(fields.note),
  };
  const facts: Fact[] = [];
  if (fields.group) facts.push({ term: 'Group', text: humanise(fields.group) });
  if (fields.dimension) facts.push({ term: 'Dimension', text: humanise(fields.dimension) });
  return {
    view,
    sections: [
      ['target', 'Target', view.target],
      ['method', 'How it is measured', view.methodHtml],
      ['note', 'Note', view.noteHtml],
    ],
    shown: [],
    facts,
  };
}

/** A price per unit has few digits, but they may stand far behind the point. */
export function priceText(fields: { price_usd: number; per: string }): string {
  const digits = fields.price_usd.toLocaleString('en-US', { maximumSignificantDigits: 8 });
  return `${digits} USD per ${fields.per}`;
}

export function presentPrice(entry: EntryOf<'price'>): Presented<PriceView> {
  const { fields } = entry;
  const view: PriceView = {
    price: priceText(fields),
    field: fields.field === 'storage' ? null : fields.field,
    value: fields.value,
    types: fields.component_types.map((type) => type.replace(/-/g, ' ')),
    limits: fields.limits ?? [],
  };
  const facts: Fact[] = [
    { term: 'Provider', text: PROVIDERS[fields.provider].label },
    { term: 'Product', text: fields.product },
    { term: 'Region', text: fields.region },
    { term: 'As of', text: formatDate(fields.as_of) },
  ];
  if (fields.vcpu) facts.push({ term: 'Virtual processors', text: String(fields.vcpu) });
  if (fields.memory_gb) facts.push({ term: 'Memory', text: `${fields.memory_gb} GB` });
  return {
    view,
    sections: [
      ['price', 'Price', view.price],
      ['scenario', 'In a scenario', view.value],
      ['limits', 'Limits of one unit', view.limits],
    ],
    shown: [],
    facts,
  };
}

export function presentRule(entry: EntryOf<'rule'>, catalogue: Catalogue): Presented<RuleView> {
  const { fields } = entry;
  const segments = fields.minutes
    ? catalogue
        .ofKind('rule')
        .filter((other) => other.fields.type === fields.type && other.fields.minutes)
        .map((other) => ({
          name: other.name,
          url: other.url,
          from: other.fields.minutes?.from ?? 0,
          to: other.fields.minutes?.to ?? 0,
          isThis: other.ref === entry.ref,
        }))
        .sort((a, b) => a.from - b.from || a.to - b.to)
    : [];
  const view: RuleView = {
    items: inlineAll(fields.items),
    minutes: fields.minutes ?? null,
    segments: segments.length > 1 ? segments : [],
    target: targetText(fields),
    ruleHtml: fields.rule === entry.summary ? null : inlineOrNull(fields.rule),
  };
  return {
    view,
    sections: [
      ['minutes', 'Place in the hour', view.segments],
      ['target', 'Target', view.target],
      ['rule', 'The rule', view.ruleHtml],
      ['items', 'Elements', view.items],
    ],
    shown: [],
    facts: [
      { term: 'Type', text: humanise(fields.type) },
      ...(fields.group ? [{ term: 'Group', text: humanise(fields.group) }] : []),
      ...(fields.minutes
        ? [{ term: 'Minutes', text: `${fields.minutes.from} to ${fields.minutes.to}` }]
        : []),
    ],
  };
}
