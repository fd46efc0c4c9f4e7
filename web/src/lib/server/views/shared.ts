/** The part of an entry page that is the same for every kind: head, badges, facts, sources, links, neighbours. */
import { humanise, kindLabel, statusBadge, statusIsCategory } from '$lib/catalogue/labels';
import type { Entry, RelatedLink, Source } from '$lib/catalogue/types';
import type {
  BadgeView,
  EntryPageView,
  Fact,
  LinkGroup,
  LinkView,
  SourceView,
  TocItem,
} from '$lib/entries/view';
import { finishBody } from '../body';
import type { Catalogue } from '../catalogue';
import { inlineOrNull, plainText, renderInline } from '../inline';
import { incomingTitle } from './phrases';

/** Groups longer than this are cut by the page behind "show all". */
export const TOC_MIN_SECTIONS = 2;

export interface Presented<V> {
  view: V;
  /** Sections of the kind's own part, in order; a section whose third item is empty is left out. */
  sections: readonly (readonly [id: string, title: string, content: unknown])[];
  /** Relations of this entry's own links, and `kind/relation` of links to it, which the view already shows. */
  shown: readonly string[];
  facts?: readonly Fact[];
  badges?: readonly BadgeView[];
}

export function toLink({ name, url, kind }: LinkView): LinkView {
  return { name, url, kind };
}

export function isPresent(content: unknown): boolean {
  return Array.isArray(content) ? content.length > 0 : Boolean(content);
}

export function entryPage(entry: Entry, catalogue: Catalogue, presented: Presented<unknown>): EntryPageView {
  const kind = catalogue.taxonomy.kinds[entry.kind];
  if (!kind) throw new Error(`kind ${entry.kind} of ${entry.ref} is not in the taxonomy`);
  const category = catalogue.categoryName(entry.kind, entry.category);
  const body = finishBody(entry.body_html);
  const outgoing = outgoingGroups(entry, catalogue, presented.shown);
  const incoming = incomingGroups(entry, catalogue, presented.shown);
  const sources = entry.sources.map(sourceView);
  const [previous, next] = neighbours(entry, catalogue);

  const toc: TocItem[] = presented.sections
    .filter(([, , content]) => isPresent(content))
    .map(([id, title]) => ({ id, title }));
  toc.push(...body.headings);
  if (outgoing.length + incoming.length > 0) toc.push({ id: 'connections', title: 'Connections' });
  if (sources.length > 0) toc.push({ id: 'sources', title: 'Sources' });

  const page: EntryPageView = {
    ref: entry.ref,
    kind: entry.kind,
    kindLabel: kindLabel(entry.kind),
    name: entry.name,
    summaryHtml: renderInline(entry.summary),
    description: plainText(entry.summary),
    url: entry.url,
    crumbs: crumbs(entry, kind, category),
    badges: [...badges(entry, catalogue), ...(presented.badges ?? [])],
    facts: [...(presented.facts ?? []), ...aliasFacts(entry)],
    disputedHtml: inlineOrNull(entry.disputed),
    toc,
    bodyHtml: body.html,
    sources,
    outgoing,
    incoming,
    previous,
    next,
    hasMath: false,
  };
  page.hasMath = JSON.stringify([page, presented.view]).includes('class=\\"katex');
  return page;
}

function crumbs(entry: Entry, kind: { plural: string; title: string }, category: string | null) {
  const list = [{ name: kind.title, url: `/${kind.plural}` }];
  if (category) list.push({ name: category, url: `/${kind.plural}?category=${entry.category}` });
  return list;
}

function badges(entry: Entry, catalogue: Catalogue): BadgeView[] {
  const list: BadgeView[] = [];
  const base = `/${catalogue.taxonomy.kinds[entry.kind]?.plural}`;
  if (entry.level) {
    const level = catalogue.taxonomy.levels.find(({ id }) => id === entry.level);
    list.push({
      label: level ? `${level.id} ${level.name}` : entry.level,
      tone: 'neutral',
      title: level ? `Depth level: ${level.skill}` : undefined,
      url: `${base}?level=${entry.level}`,
    });
  }
  if (entry.tier) {
    const tier = catalogue.taxonomy.tiers.find(({ id }) => id === entry.tier);
    list.push({
      label: `${tier?.name ?? entry.tier} tier`,
      tone: 'neutral',
      title: tier?.meaning,
      url: `${base}?tier=${entry.tier}`,
    });
  }
  if (entry.status && !statusIsCategory(entry.kind)) {
    const facet = entry.kind === 'incident' || entry.kind === 'success' ? 'record' : 'status';
    list.push({ ...statusBadge(entry.kind, entry.status), url: `${base}?${facet}=${entry.status}` });
  }
  if (entry.disputed)
    list.push({
      label: 'Disputed',
      tone: 'bad',
      title: 'Doubtful; the reason stands below.',
      url: '/about#disputed',
    });
  return list;
}

function aliasFacts(entry: Entry): Fact[] {
  return entry.aliases.length > 0 ? [{ term: 'Also called', text: entry.aliases.join(', ') }] : [];
}

function sourceView(source: Source): SourceView {
  if ('series' in source)
    return { title: source.series, detail: 'document of the series', url: null, series: true };
  const detail = [source.authors, source.year, source.where].filter(Boolean).join(', ');
  return { title: source.title, detail: detail || null, url: source.url ?? null, series: false };
}

function grouped(links: readonly RelatedLink[], titleOf: (link: RelatedLink) => string): LinkGroup[] {
  const groups = new Map<string, Map<string, LinkView>>();
  for (const link of links) {
    const title = titleOf(link);
    const group = groups.get(title) ?? new Map<string, LinkView>();
    group.set(link.url, toLink(link));
    groups.set(title, group);
  }
  return [...groups].map(([title, byUrl]) => ({ title, links: [...byUrl.values()] }));
}

function kindTitle(kind: string, catalogue: Catalogue): string {
  return catalogue.taxonomy.kinds[kind]?.title ?? humanise(kind);
}

function outgoingGroups(entry: Entry, catalogue: Catalogue, shown: readonly string[]): LinkGroup[] {
  const rest = entry.links.filter((link) => !shown.includes(link.relation));
  return grouped(rest, (link) => kindTitle(link.kind, catalogue));
}

function incomingGroups(entry: Entry, catalogue: Catalogue, shown: readonly string[]): LinkGroup[] {
  const own = new Set(entry.links.filter((link) => link.relation === 'related').map((link) => link.ref));
  const rest = entry.backlinks.filter(
    (link) =>
      !shown.includes(`${link.kind}/${link.relation}`) && !(link.relation === 'related' && own.has(link.ref)),
  );
  const order = Object.keys(catalogue.taxonomy.kinds);
  return grouped(
    [...rest].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)),
    (link) => incomingTitle(link.kind, link.relation, kindTitle(link.kind, catalogue)),
  );
}

/** Previous and next within the category where there is one, else within the kind; episodes follow their order. */
function neighbours(entry: Entry, catalogue: Catalogue): [LinkView | null, LinkView | null] {
  const kind = catalogue.ofAnyKind(entry.kind);
  const byCategory = entry.category !== null && entry.kind !== 'episode';
  const list = byCategory ? kind.filter(({ category }) => category === entry.category) : kind;
  const position = list.findIndex(({ ref }) => ref === entry.ref);
  const previous = list[position - 1];
  const next = list[position + 1];
  return [previous ? toLink(previous) : null, next ? toLink(next) : null];
}
