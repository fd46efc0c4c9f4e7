import { describe, expect, it } from 'vitest';
import { createEngine } from './engine';
import type { SearchDoc } from './types';

const doc = (kind: string, name: string, summary = '', aliases?: string): SearchDoc => ({
  url: `/${kind}s/${name.toLowerCase().replace(/ /g, '-')}`,
  kind,
  name,
  summary,
  aliases,
});

const engine = createEngine([
  doc('combination', 'Timeout with breaker', 'Circuit breaker and timeout together'),
  doc('pattern', 'Circuit Breaker', 'Calls to a failing dependency end at once', 'fuse'),
  doc('concept', 'Cascading failure', 'One failure causes the next; a circuit breaker stops it'),
  doc('pattern', 'Timeout', 'Ends a call that takes too long'),
  doc('kpi', 'Timeouts a day'),
  doc('concept', 'Retry storm', 'Retries multiply the load'),
]);
const names = (query: string) => engine.search(query).results.map(({ name }) => name);

describe('search in the browser', () => {
  it('puts the whole name before names that contain it', () => {
    expect(names('timeout')[0]).toBe('Timeout');
    expect(names('circuit breaker')[0]).toBe('Circuit Breaker');
  });

  it('answers from the first letters', () => {
    expect(names('circ')[0]).toBe('Circuit Breaker');
    expect(names('retry st')).toEqual(['Retry storm']);
  });

  it('knows aliases', () => {
    expect(names('fuse')).toEqual(['Circuit Breaker']);
  });

  it('forgives a typing error and says how it read it', () => {
    const answer = engine.search('circiut breaker');
    expect(answer.results[0]?.name).toBe('Circuit Breaker');
    expect(answer.suggestion).toBe('circuit breaker');
    expect(engine.search('circuit breaker').suggestion).toBeNull();
  });

  it('falls back to any of the words when no entry has all', () => {
    expect(names('storm timeout')).toContain('Retry storm');
  });

  it('finds nothing for nothing', () => {
    expect(engine.search('  ').results).toEqual([]);
    expect(engine.search('zzzzzz')).toEqual({ results: [], terms: [], suggestion: null });
  });
});
