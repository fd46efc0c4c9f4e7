/** Concepts, episodes, paths and certificates: what is learned, and in which order. */
import { formatHours, plural } from '$lib/catalogue/format';
import { humanise } from '$lib/catalogue/labels';
import type { EntryOf, Link, Ref } from '$lib/catalogue/types';
import type {
  CertificateView,
  ConceptView,
  EpisodeView,
  Fact,
  LinkView,
  PathStep,
  PathView,
} from '$lib/entries/view';
import type { Catalogue } from '../catalogue';
import { inlineAll, inlineOrNull, plainText } from '../inline';
import { type Presented, toLink } from './shared';

const toLinks = (links: readonly Link[] | undefined): LinkView[] => (links ?? []).map(toLink);

function backlinksBy(
  entry: { backlinks: readonly (Link & { relation: string })[] },
  kind: string,
  relation: string,
): LinkView[] {
  return entry.backlinks.filter((link) => link.kind === kind && link.relation === relation).map(toLink);
}

export function presentConcept(entry: EntryOf<'concept'>, catalogue: Catalogue): Presented<ConceptView> {
  const { fields, analysis } = entry;
  const view: ConceptView = {
    ladder: catalogue.taxonomy.levels.map(({ id, name, skill }) => ({
      level: id,
      name,
      skill,
      statementHtml: inlineOrNull(fields.depth[id]),
      isPlaced: entry.level === id,
    })),
    prerequisites: catalogue.links(fields.prerequisites),
    needsAll: toLinks(analysis.needs_all),
    unlocks: toLinks(analysis.unlocks),
    related: catalogue.links(fields.related),
    patterns: catalogue.links(fields.patterns),
    episodes: catalogue.links(fields.episodes),
  };
  const order = view.needsAll.length + view.unlocks.length;
  return {
    view,
    sections: [
      ['depth', 'Depth ladder', Object.keys(fields.depth)],
      ['order', 'Before and after', order],
      ['in-practice', 'In practice', view.patterns.length + view.episodes.length + view.related.length],
    ],
    shown: ['prerequisites', 'related', 'patterns', 'episodes', 'concept/prerequisites'],
    facts: [
      { term: 'Origin', text: ORIGIN[fields.origin] ?? humanise(fields.origin) },
      ...(view.needsAll.length > 0
        ? [{ term: 'Builds on', text: plural(view.needsAll.length, 'concept') }]
        : []),
      ...(view.unlocks.length > 0 ? [{ term: 'Opens', text: plural(view.unlocks.length, 'concept') }] : []),
    ],
  };
}

const ORIGIN: Record<string, string> = {
  stated: 'Named by the series',
  derived: 'Covered by the series; the name is ours',
  'security-goal': 'Added to reach the security goal',
};

export function presentEpisode(entry: EntryOf<'episode'>, catalogue: Catalogue): Presented<EpisodeView> {
  const { fields, analysis } = entry;
  const series = catalogue.taxonomy.series.find(({ id }) => id === fields.series);
  const inGraph = catalogue.graphs.episodes?.nodes.some(({ ref }) => ref === entry.ref) ?? false;
  const view: EpisodeView = {
    objectives: inlineAll(fields.objectives),
    topics: inlineAll(fields.topics),
    prerequisites: catalogue.links(fields.prerequisites),
    needsAll: toLinks(analysis.needs_all),
    unlocks: toLinks(analysis.unlocks),
    graphUrl: inGraph ? `/episodes/graph?focus=${entry.id}` : null,
    concepts: backlinksBy(entry, 'concept', 'episodes'),
    patterns: catalogue.links(fields.patterns),
    companies: catalogue.links(fields.companies),
    incidents: catalogue.links(fields.incidents),
    formulas: backlinksBy(entry, 'formula', 'episodes'),
    otherNames: fields.other_names ?? [],
    notes: inlineAll(typeof fields.notes === 'string' ? [fields.notes] : fields.notes),
  };
  const facts: Fact[] = [
    { term: 'Code', text: fields.code },
    { term: 'Series', text: series?.name ?? humanise(fields.series) },
    { term: 'Length', text: formatHours(fields.hours) },
  ];
  if (fields.script_hours) facts.push({ term: 'Script states', text: formatHours(fields.script_hours) });
  if (fields.difficulty) facts.push({ term: 'Difficulty', text: humanise(fields.difficulty) });
  if (fields.cold_open) facts.push({ term: 'Opens with', text: plainText(fields.cold_open) });
  if (analysis.depth !== undefined) facts.push({ term: 'Depth in the graph', text: String(analysis.depth) });
  return {
    view,
    sections: [
      ['objectives', 'What you can do afterwards', view.objectives],
      ['topics', 'Topics', view.topics],
      ['order', 'Before and after', view.needsAll.length + view.unlocks.length],
      ['concepts', 'Concepts taught', view.concepts],
      ['patterns', 'Patterns covered', view.patterns],
      ['formulas', 'Formulas used', view.formulas],
      ['stories', 'Incidents and companies', view.incidents.length + view.companies.length],
      ['other-names', 'Other names and notes', view.otherNames.length + view.notes.length],
    ],
    shown: [
      ...['prerequisites', 'patterns', 'companies', 'incidents'],
      ...[
        'concept/episodes',
        'formula/episodes',
        'episode/prerequisites',
        'incident/episodes',
        'success/episodes',
        'company/episodes',
      ],
    ],
    facts,
  };
}

export function episodeCode(ref: Ref, catalogue: Catalogue): string | null {
  const code = catalogue.find(ref)?.fields.code;
  return typeof code === 'string' ? code : null;
}

export function presentPath(entry: EntryOf<'path'>, catalogue: Catalogue): Presented<PathView> {
  const { fields, analysis } = entry;
  const broken = (analysis.broken ?? []).map(({ step, needs }) => ({
    ref: step.ref,
    step: toLink(step),
    needs: toLink(needs),
  }));
  const step = ({ ref, focus }: { ref: Ref; focus?: string | null }): PathStep => {
    const hours = catalogue.find(ref)?.fields.hours;
    return {
      ref,
      link: catalogue.link(ref),
      code: episodeCode(ref, catalogue),
      hours: typeof hours === 'number' ? hours : null,
      focusHtml: inlineOrNull(focus),
      needs: broken.filter((item) => item.ref === ref).map(({ needs }) => needs),
    };
  };
  const view: PathView = {
    ref: entry.ref,
    goalHtml: fields.goal === entry.summary ? null : inlineOrNull(fields.goal),
    audience: fields.audience ?? null,
    stages: fields.stages.map(({ name, when, steps }) => ({
      name,
      when: when ?? null,
      steps: steps.map(step),
    })),
    episodes: analysis.episodes ?? 0,
    hours: analysis.hours ?? null,
    weeks: analysis.weeks ?? null,
    hoursPerWeek: fields.hours_per_week ?? null,
    claimedHours: fields.claimed_hours ?? null,
    pace: fields.pace ?? null,
    broken: broken.map((item) => ({ step: item.step, needs: item.needs })),
    repaired: (analysis.repaired ?? []).map((item) => ({
      link: toLink(item.step),
      code: episodeCode(item.step.ref, catalogue),
      inserted: item.inserted,
    })),
    repairedHours: analysis.repaired_hours ?? null,
  };
  const facts: Fact[] = [{ term: 'Type', text: humanise(fields.type) }];
  if (fields.audience) facts.push({ term: 'For', text: fields.audience });
  if (fields.pace) facts.push({ term: 'Pace stated', text: fields.pace });
  if (fields.claimed_hours) facts.push({ term: 'Hours stated', text: formatHours(fields.claimed_hours) });
  if (analysis.hours) facts.push({ term: 'Hours counted', text: formatHours(analysis.hours) });
  return {
    view,
    sections: [
      ['pace', 'Time', view.hours],
      ['stages', 'Stages', view.stages],
      ['order', 'Order, checked', view.broken],
    ],
    shown: ['steps', 'stages'],
    facts,
  };
}

export function presentCertificate(
  entry: EntryOf<'certificate'>,
  catalogue: Catalogue,
): Presented<CertificateView> {
  const { fields } = entry;
  const series = catalogue.taxonomy.series.find(({ id }) => id === fields.any_of?.series);
  const view: CertificateView = {
    requires: catalogue.links(fields.requires),
    episodes: catalogue.links(fields.episodes),
    anyOf: fields.any_of
      ? { series: series?.name ?? fields.any_of.series, count: fields.any_of.count }
      : null,
    skills: inlineAll(fields.skills),
  };
  return {
    view,
    sections: [
      ['requires', 'What it asks for', view.requires.length + view.episodes.length + (view.anyOf ? 1 : 0)],
      ['skills', 'What it attests', view.skills],
    ],
    shown: ['requires', 'episodes'],
    facts: fields.scheme ? [{ term: 'Scheme', text: humanise(fields.scheme) }] : [],
  };
}
