import { describe, expect, it } from 'vitest';
import { highlight, snippetPieces } from './highlight';

const show = (pieces: { text: string; isHit: boolean }[]) =>
  pieces.map(({ text, isHit }) => (isHit ? `[${text}]` : text)).join('');

describe('highlight', () => {
  it('marks the beginning of words, whatever their case', () => {
    expect(show(highlight('Circuit Breaker, circuits', ['circ']))).toBe('[Circ]uit Breaker, [circ]uits');
  });
  it('does not mark inside a word', () => {
    expect(show(highlight('short circuit', ['cuit']))).toBe('short circuit');
  });
  it('takes the longest term that fits', () => {
    expect(show(highlight('retrying', ['re', 'retry']))).toBe('[retry]ing');
  });
  it('reads a term as text, not as a pattern', () => {
    expect(show(highlight('a.b a+b', ['.', '+b']))).toBe('a.b a+b');
  });
});

describe('snippet of the server', () => {
  it('keeps marks and nothing else', () => {
    expect(show(snippetPieces('a <mark>b</mark> c'))).toBe('a [b] c');
    expect(snippetPieces('<img src=x onerror=alert(1)>')).toEqual([
      { text: '<img src=x onerror=alert(1)>', isHit: false },
    ]);
  });
  it('decodes entities once', () => {
    expect(show(snippetPieces('p &lt; q &amp;lt;'))).toBe('p < q &lt;');
  });
});
