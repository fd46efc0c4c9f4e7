import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { coverageOf, type Coverage } from './coverage';

const measured = JSON.parse(
  readFileSync(resolve('../docs/measurements/validation-coverage.json'), 'utf8'),
) as Coverage;

describe('the measured coverage', () => {
  it('adds up to its cases, each of as many sets', () => {
    const sum = (key: 'covers' | 'of') => measured.cases.reduce((total, row) => total + row[key], 0);
    expect(sum('covers')).toBe(measured.covers);
    expect(sum('of')).toBe(measured.of);
    for (const row of measured.cases) expect(row.of).toBe(measured.sets);
  });

  it('is found by case and quantity', () => {
    const [first] = measured.cases;
    expect(first && coverageOf(measured, first.case, first.quantity)).toEqual(first);
    expect(coverageOf(measured, 'M/M/1', 'colour')).toBeNull();
  });
});
