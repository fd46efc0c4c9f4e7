import { describe, expect, it } from 'vitest';
import { formulaWords } from './completion';
import { EXAMPLES } from './examples';
import { isComputed, lineOf, namedLines, withoutLines } from './lines';
import { utf16Offset } from './offsets';
import { decodeText, encodeText } from './share';

describe('places in a text', () => {
  it('turns bytes into UTF-16 units', () => {
    const text = 'µs é 😀 x';
    const bytes = new TextEncoder();
    for (let offset = 0; offset <= text.length; offset++) {
      // Not inside a pair of surrogates.
      if (/[\udc00-\udfff]/.test(text[offset] ?? '')) continue;
      expect(utf16Offset(text, bytes.encode(text.slice(0, offset)).length)).toBe(offset);
    }
    expect(utf16Offset(text, 1)).toBe(0);
    expect(utf16Offset('abc', 99)).toBe(3);
  });
});

describe('lines of a notebook', () => {
  const text =
    'a = 5 ms # b = 3\nb : 1/s = 8/s; c = 2\n\nmax(\n  d, e == 2\n)\nf(x: 1)\nt = [\n 1,\n 2]\nrequire a == 2 "x = 1"\n';

  it('are found by the name they give a value', () => {
    expect([...namedLines(text)]).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 2],
      ['t', 8],
    ]);
  });

  it('are found by number where they have no name', () => {
    expect(lineOf('line_4', namedLines(text))).toBe(4);
    expect(lineOf('a', namedLines(text))).toBe(1);
    expect(lineOf('mm1#1.x', namedLines(text))).toBeUndefined();
  });

  it('have a result where there is something to work out', () => {
    for (const line of ['a = 5 ms + 1 s', 'a = 3 * 2 # x', 'a = 1 / 3', 'a = 7 - 2', 'a : s = (2 h)'])
      expect(isComputed(line), line).toBe(true);
    for (const line of [
      'a = 8/s',
      'a = -3',
      'a = 1e-9 s',
      'a = [1, 2] # 1 + 2',
      'a = 99.9% -> %',
      'a : 1/s = 3 rpm',
    ])
      expect(isComputed(line), line).toBe(false);
  });

  it('keep their numbers when others are emptied', () => {
    expect(withoutLines('a\nb\nc', new Set([2]))).toBe('a\n\nc');
  });
});

describe('a shared notebook', () => {
  it('comes back as it was', async () => {
    for (const text of ['', 'x = 1', 'µ = 5 µs # 😀\n', ...EXAMPLES.map((example) => example.text)]) {
      const encoded = await encodeText(text);
      expect(encoded).toMatch(/^[\w-]*$/);
      expect(await decodeText(encoded)).toBe(text);
    }
  });

  it('is refused when it is none, or unpacks to too much', async () => {
    expect(await decodeText('not base64url!')).toBeNull();
    expect(await decodeText('AAAA')).toBeNull();
    expect(await decodeText(await encodeText('x'.repeat(70_000)))).toBeNull();
  });
});

describe('completion', () => {
  it('knows the inputs and results of formulas by the name the language uses', () => {
    const words = formulaWords({
      'mm1-response': {
        variables: [
          { name: 'arrival_rate', meaning: 'arrival rate' },
          { name: 'quantile', meaning: 'quantile', default: '0.95' },
          { name: 'response_time', meaning: 'time' },
          { meaning: 'a symbol only' },
        ],
        equations: ['response_time = 1 / arrival_rate'],
      },
      'calculator:pool': {},
    });
    expect(words).toEqual([
      {
        name: 'mm1_response',
        inputs: [
          { name: 'arrival_rate', meaning: 'arrival rate', hasDefault: false },
          { name: 'quantile', meaning: 'quantile', hasDefault: true },
        ],
        outputs: ['response_time'],
      },
    ]);
  });
});
