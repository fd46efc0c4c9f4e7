/** Patterns, combinations and stacks: what one builds with. */
import { humanise, RELATIONS } from '$lib/catalogue/labels';
import type { Entry, EntryOf, Ref } from '$lib/catalogue/types';
import type { CombinationView, Fact, PatternView, StackView } from '$lib/entries/view';
import type { Catalogue } from '../catalogue';
import { inlineAll, inlineOrNull, plainText, renderInline } from '../inline';
import { type Presented, toLink } from './shared';

export function presentPattern(entry: EntryOf<'pattern'>, catalogue: Catalogue): Presented<PatternView> {
  const { fields } = entry;
  const backlinks = (kind: string, relation: string) =>
    entry.backlinks.filter((link) => link.kind === kind && link.relation === relation).map(toLink);
  const view: PatternView = {
    problemHtml: fields.problem === entry.summary ? '' : renderInline(fields.problem),
    mechanismHtml: inlineOrNull(fields.mechanism),
    useWhen: inlineAll(fields.use_when),
    avoidWhen: inlineAll(fields.avoid_when),
    tradeOffs: (fields.trade_offs ?? []).map(({ gain, cost }) => ({
      gainHtml: renderInline(gain),
      costHtml: renderInline(cost),
    })),
    failureModes: (fields.failure_modes ?? []).map(({ failure, countermeasure }) => ({
      failureHtml: renderInline(failure),
      countermeasureHtml: renderInline(countermeasure),
    })),
    variants: (fields.variants ?? []).map(({ name, difference }) => ({
      nameHtml: renderInline(name),
      differenceHtml: renderInline(difference),
    })),
    related: catalogue.links(fields.related),
    combinations: combinationsOf(entry.ref, catalogue),
    lackedBy: backlinks('incident', 'missing_patterns'),
    usedBy: backlinks('success', 'used_patterns'),
  };
  const facts: Fact[] = [];
  if (fields.introduced) {
    const { year, basis, doubt } = fields.introduced;
    facts.push({ term: 'Introduced', text: basis ? `${year}: ${plainText(basis)}` : String(year) });
    if (doubt) facts.push({ term: 'Date in doubt', text: plainText(doubt) });
  }
  if (fields.difficulty) facts.push({ term: 'Difficulty', text: humanise(fields.difficulty) });
  if (fields.form === 'module') facts.push({ term: 'Form', text: 'Course module' });
  return {
    view,
    sections: [
      ['problem', 'Problem', view.problemHtml],
      ['mechanism', 'How it works', view.mechanismHtml],
      ['when', 'When to use it', view.useWhen.length + view.avoidWhen.length],
      ['trade-offs', 'Trade-offs', view.tradeOffs],
      ['failure-modes', 'How it fails', view.failureModes],
      ['variants', 'Variants', view.variants],
      ['combinations', 'In combination', view.combinations],
      ['in-the-field', 'In the field', view.lackedBy.length + view.usedBy.length],
      ['related', 'Related patterns', view.related],
    ],
    shown: ['related', 'combination/members', 'incident/missing_patterns', 'success/used_patterns'],
    facts,
  };
}

function combinationsOf(ref: Ref, catalogue: Catalogue): PatternView['combinations'] {
  return catalogue
    .ofKind('combination')
    .filter(({ fields }) => fields.members.includes(ref))
    .map(({ name, url, fields }) => ({
      name,
      url,
      relation: fields.relation,
      others: fields.members.filter((member) => member !== ref).map((member) => catalogue.link(member).name),
    }));
}

export function presentCombination(
  entry: EntryOf<'combination'>,
  catalogue: Catalogue,
): Presented<CombinationView> {
  const { fields } = entry;
  const relation = RELATIONS[fields.relation];
  const view: CombinationView = {
    relation: fields.relation,
    relationMeaning: relation.meaning,
    mechanismHtml: fields.mechanism === entry.summary ? '' : renderInline(fields.mechanism),
    members: fields.members.map((ref) => ({
      ...catalogue.link(ref),
      summary: plainText(catalogue.find(ref)?.summary ?? ''),
    })),
    order: orderOf(fields.order, catalogue),
    guidance: inlineAll(fields.guidance),
    stars: fields.stars ?? null,
    usedBy: catalogue.links(fields.used_by),
    usedByOther: fields.used_by_other ?? [],
  };
  const facts: Fact[] = [
    { term: 'Relation', text: relation.label, url: `/combinations?category=${fields.relation}` },
  ];
  if (view.stars) facts.push({ term: 'Rating of the series', text: `${view.stars} of 5` });
  if (fields.evidence) facts.push({ term: 'Evidence', text: humanise(fields.evidence) });
  return {
    view,
    sections: [
      ['members', 'Members', view.members],
      ['mechanism', 'Why', view.mechanismHtml],
      ['order', 'Order', view.order],
      ['guidance', 'What to do', view.guidance],
      ['used-by', 'Named by the series as users', view.usedBy.length + view.usedByOther.length],
    ],
    shown: ['members', 'order', 'used_by'],
    facts,
  };
}

/** Links where the order names entries, words where it does not. */
function orderOf(order: Ref[] | string | null | undefined, catalogue: Catalogue): CombinationView['order'] {
  const steps = typeof order === 'string' ? order.split(/\s+then\s+/) : (order ?? []);
  return steps.map((step) => {
    const entry =
      catalogue.find(step) ?? catalogue.find(`pattern:${step}`) ?? catalogue.find(`concept:${step}`);
    return entry ? { name: entry.name, url: entry.url } : { name: step, url: null };
  });
}

export function presentStack(entry: EntryOf<'stack'>, catalogue: Catalogue): Presented<StackView> {
  const { fields } = entry;
  const view: StackView = {
    layers: fields.layers.map(({ layer, items }) => ({
      name: humanise(layer),
      items: items.map((item) => ({ link: catalogue.link(item.ref), forHtml: inlineOrNull(item.for) })),
    })),
  };
  const facts: Fact[] = [];
  if (fields.company) {
    const company = catalogue.link(fields.company);
    facts.push({ term: 'Company', text: company.name, url: company.url });
  }
  if (fields.claimed_patterns)
    facts.push({ term: 'Patterns claimed', text: `${fields.claimed_patterns} (no list behind it)` });
  return { view, sections: [['layers', 'Layers', view.layers]], shown: ['layers', 'company'], facts };
}

/** Any kind this front end has no layout for yet: its text fields as a list. */
export function presentGeneric(entry: Entry): Presented<{ fields: { term: string; html: string }[] }> {
  const fields = Object.entries(entry.fields)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    .map(([key, value]) => ({ term: humanise(key), html: renderInline(String(value)) }));
  return { view: { fields }, sections: [['fields', 'Details', fields]], shown: [] };
}
