import { describe, expect, it } from 'vitest';
import { fieldErrors } from './field_error';

const names = ['servers', 'arrival_rate', 'service_time', 'parts'];
const error = (message: string, hint = '') => ({ code: 'invalid_argument', message, hint });

describe('errors at their field', () => {
  it('finds the field that a sentence begins with', () => {
    expect(
      fieldErrors(error('servers is 0; it must be a whole number of at least 1', 'servers'), names),
    ).toEqual([
      { name: 'servers', message: 'is 0; it must be a whole number of at least 1', hint: 'servers' },
    ]);
    expect(fieldErrors(error("arrival_rate = '8/x': there is no unit 'x'"), names)).toEqual([
      { name: 'arrival_rate', message: "there is no unit 'x'", hint: '' },
    ]);
    expect(
      fieldErrors(error("service_time is time (s), '5' is a plain number", 'write it like 10 ms'), names)[0],
    ).toEqual({
      name: 'service_time',
      message: "is time (s), '5' is a plain number",
      hint: 'write it like 10 ms',
    });
  });

  it('finds all fields without a value', () => {
    expect(fieldErrors(error('no value for servers, service_time in ms'), names)).toEqual([
      { name: 'servers', message: 'needs a value', hint: '' },
      { name: 'service_time', message: 'needs a value', hint: 'in ms' },
    ]);
  });

  it('finds none where the sentence is about something else', () => {
    expect(fieldErrors(error('more than 2000 variables'), names)).toEqual([]);
    expect(fieldErrors(error('unknown is 0'), names)).toEqual([]);
  });
});
