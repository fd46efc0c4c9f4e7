import { describe, expect, it } from 'vitest';
import { decodeState, emptyState, encodeState } from './url_state';

const schema = { facets: ['kind', 'level'], sorts: ['name', 'year'] };

describe('list state in the address', () => {
  it('writes nothing for the default', () => {
    expect(encodeState(emptyState(schema), schema)).toBe('');
  });

  it.each([
    'q=retry+storm',
    'kind=concept,pattern&level=L3',
    'from=2005&to=2010',
    'sort=year',
    'sort=-name',
    'q=a&kind=pattern&level=L1,L2&from=1990&sort=-year',
  ])('reads %s and writes it back', (search) => {
    expect(encodeState(decodeState(`?${search}`, schema), schema)).toBe(search);
  });

  it('writes the same link whatever the order of clicks', () => {
    const a = { ...emptyState(schema), selected: { level: ['L2', 'L1'], kind: ['pattern'] } };
    const b = { ...emptyState(schema), selected: { kind: ['pattern'], level: ['L1', 'L2'] } };
    expect(encodeState(a, schema)).toBe(encodeState(b, schema));
  });

  it('drops what it does not know', () => {
    expect(decodeState('?colour=red&sort=size&from=last&kind=,,', schema)).toEqual(emptyState(schema));
  });
});
