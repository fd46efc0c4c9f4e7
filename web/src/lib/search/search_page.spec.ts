import { describe, expect, it } from 'vitest';
import type { Names } from '$lib/facets/row';
import { createEngine, type Engine } from './engine';
import { PAGE_SIZE, SearchPage } from './search_page.svelte';

const docs = Array.from({ length: PAGE_SIZE + 5 }, (_, i) => ({
  url: `/patterns/${i}`,
  kind: i === 0 ? 'concept' : 'pattern',
  name: `Breaker ${i}`,
  summary: 'stops calls',
}));
const names: Names = {
  kinds: {
    concept: { title: 'Concepts', plural: 'concepts' },
    pattern: { title: 'Patterns', plural: 'patterns' },
  },
  categories: {},
  tiers: {},
  levels: {},
};
const engine = () => Promise.resolve(createEngine(docs));

const answering = (body: unknown, type = 'application/json') =>
  (() =>
    Promise.resolve(
      new Response(JSON.stringify(body), { headers: { 'content-type': type } }),
    )) as typeof fetch;
const unreachable = (() => Promise.reject(new TypeError('no network'))) as typeof fetch;

function pageOver(ask: typeof fetch, found: () => Promise<Engine> = engine) {
  const addresses: string[] = [];
  return { page: new SearchPage({ names, ask, engine: found, go: (to) => addresses.push(to) }), addresses };
}

describe('search page', () => {
  it('shows the answer of the server, its snippet as marks only', async () => {
    const { page } = pageOver(
      answering({
        query: 'x',
        total: 1,
        suggestion: null,
        facets: { kind: { pattern: 1 } },
        results: [
          {
            kind: 'pattern',
            url: '/p',
            name: 'X',
            summary: '',
            snippet_html: '<b>a</b> <mark>x</mark>',
            score: 1,
          },
        ],
        next_cursor: null,
      }),
    );
    await page.read('?q=x');
    expect(page.isOffline).toBe(false);
    expect(page.found[0]?.text).toEqual([
      { text: '<b>a</b> ', isHit: false },
      { text: 'x', isHit: true },
    ]);
  });

  it('answers from the static index when no server can be reached, or it answers with a page', async () => {
    for (const server of [unreachable, answering('<html>', 'text/html')]) {
      const page = pageOver(server).page;
      await page.read('?q=breaker');
      expect(page).toMatchObject({ isOffline: true, status: 'answered', total: docs.length });
      expect(page.found).toHaveLength(PAGE_SIZE);
      await page.more();
      expect(page.found).toHaveLength(docs.length);
      expect(page.next).toBeNull();
    }
  });

  it('counts all kinds while showing one', async () => {
    const page = pageOver(unreachable).page;
    await page.read('?q=breaker&kind=concept&level=L3');
    expect(page.total).toBe(1);
    expect(page.facets.map(({ id }) => id)).toEqual(['kind']);
    expect(page.facets[0]?.values).toMatchObject([
      { label: 'Patterns', count: docs.length - 1, isSelected: false },
      { label: 'Concepts', count: 1, isSelected: true },
    ]);
    expect(page.ignoresFilters).toBe(true);
  });

  it('asks once more without each facet that is set, so that its other values stay', async () => {
    const asked: string[] = [];
    const server = ((url: string) => {
      asked.push(url.replace(/^.*\?/, ''));
      const level = url.includes('level=') ? { L3: 2 } : { L3: 2, L4: 5, none: 1 };
      const total = url.includes('level=') ? 2 : 8;
      const facets = { kind: { concept: total }, category: {}, level, tier: {}, status: {}, year: {} };
      const body = { query: 'x', total, suggestion: null, facets, results: [], next_cursor: null };
      return answering(body)(url);
    }) as typeof fetch;
    const { page } = pageOver(server);
    await page.read('?q=x&level=L3');
    expect(asked).toEqual(['q=x&level=L3', 'q=x&limit=1']);
    expect(page.total).toBe(2);
    expect(
      page.facets.map(({ id, values }) => [id, values.map(({ value, count }) => [value, count])]),
    ).toEqual([
      [
        'level',
        [
          ['L4', 5],
          ['L3', 2],
          ['none', 1],
        ],
      ],
    ]);
  });

  it('goes to the address of a filter, and back', async () => {
    const { page, addresses } = pageOver(unreachable);
    await page.read('?q=breaker');
    page.toggle('kind', 'pattern');
    await page.read('?q=breaker&kind=pattern&from=2000');
    page.toggle('kind', 'pattern');
    page.setYears(2000, 2010);
    page.clear();
    expect(addresses).toEqual([
      'q=breaker&kind=pattern',
      'q=breaker&from=2000',
      'q=breaker&kind=pattern&from=2000&to=2010',
      'q=breaker',
    ]);
  });

  it('shows what the server refuses, with the filters to remove, and does not ask the index', async () => {
    const refusing = (() =>
      Promise.resolve(
        new Response(JSON.stringify({ detail: "parameter 'level' is 'L9'" }), {
          status: 400,
          headers: { 'content-type': 'application/problem+json' },
        }),
      )) as typeof fetch;
    const { page } = pageOver(refusing);
    await page.read('?q=x&level=L9');
    expect(page).toMatchObject({ status: 'refused', refusal: "parameter 'level' is 'L9'", isOffline: false });
    expect(page.facets.map(({ id }) => id)).toEqual(['level']);
  });

  it('fails only when neither answers', async () => {
    const page = pageOver(unreachable, () => Promise.reject(new Error('no index'))).page;
    await page.read('?q=breaker');
    expect(page.status).toBe('failed');
  });
});
