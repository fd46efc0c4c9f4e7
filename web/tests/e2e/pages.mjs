/** One address of every page type. Ids are taken from the site's own index, so content may change under the tests. */
const PREFERRED = {
  concept: 'consistency-spectrum',
  pattern: 'circuit-breaker',
  combination: 'resilience-trinity',
  formula: 'availability-basic',
  incident: 'knight-capital-2012',
  company: 'netflix',
  episode: 'e13',
  path: 'new-grad',
  scenario: 'retry-storm',
};

/** Long lists are asked for a part of them: a thousand equal rows teach the checker nothing and take it minutes. */
const VIEWS = [
  '/',
  '/browse?q=breaker',
  '/concepts?q=cache',
  '/patterns?category=resilience',
  '/formulas?status=wrong',
  '/episodes',
  '/depth?category=communication',
  '/episodes/graph?focus=e13',
  '/combinations/matrix?relation=conflict',
  '/timeline',
  '/incidents?record=partial',
  '/successes?record=partial',
  '/search?q=timeout',
  '/search?q=timeout&kind=pattern&from=1990',
  '/calculators',
  '/scenarios',
  '/notebook',
  '/playground',
  '/simulations/validation',
  '/stats',
  '/about',
];

export async function pageTypes(base) {
  const docs = await (await fetch(`${base}/search-index.json`)).json();
  const byKind = new Map();
  for (const { kind, url } of docs) {
    if (!byKind.has(kind) || url.endsWith(`/${PREFERRED[kind]}`)) byKind.set(kind, url);
  }
  return { views: VIEWS, entries: [...byKind.values()], entryOf: (kind) => byKind.get(kind) };
}
