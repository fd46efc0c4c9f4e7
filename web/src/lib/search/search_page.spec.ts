import { describe, expect, it } from 'vitest';
import { createEngine } from './engine';
import { PAGE_SIZE, SearchPage } from './search_page.svelte';

const docs = Array.from({ length: PAGE_SIZE + 5 }, (_, i) => ({
  url: `/patterns/${i}`,
  kind: i === 0 ? 'concept' : 'pattern',
  name: `Breaker ${i}`,
  summary: 'stops calls',
}));
const engine = () => Promise.resolve(createEngine(docs));

const answering = (body: unknown, type = 'application/json') =>
  (() =>
    Promise.resolve(
      new Response(JSON.stringify(body), { headers: { 'content-type': type } }),
    )) as typeof fetch;
const unreachable = (() => Promise.reject(new TypeError('no network'))) as typeof fetch;

describe('search page', () => {
  it('shows the answer of the server, its snippet as marks only', async () => {
    const page = new SearchPage(
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
      engine,
    );
    await page.search({ query: 'x', kind: null });
    expect(page.isOffline).toBe(false);
    expect(page.found[0]?.text).toEqual([
      { text: '<b>a</b> ', isHit: false },
      { text: 'x', isHit: true },
    ]);
  });

  it('answers from the static index when no server can be reached, or it answers with a page', async () => {
    for (const server of [unreachable, answering('<html>', 'text/html')]) {
      const page = new SearchPage(server, engine);
      await page.search({ query: 'breaker', kind: null });
      expect(page).toMatchObject({ isOffline: true, status: 'answered', total: docs.length });
      expect(page.found).toHaveLength(PAGE_SIZE);
      await page.more();
      expect(page.found).toHaveLength(docs.length);
      expect(page.next).toBeNull();
    }
  });

  it('counts all kinds while showing one', async () => {
    const page = new SearchPage(unreachable, engine);
    await page.search({ query: 'breaker', kind: 'concept' });
    expect(page.total).toBe(1);
    expect(page.kinds).toEqual([
      ['pattern', docs.length - 1],
      ['concept', 1],
    ]);
  });

  it('fails only when neither answers', async () => {
    const page = new SearchPage(unreachable, () => Promise.reject(new Error('no index')));
    await page.search({ query: 'breaker', kind: null });
    expect(page.status).toBe('failed');
  });
});
