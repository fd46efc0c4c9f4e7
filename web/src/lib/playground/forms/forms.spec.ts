import { describe, expect, it } from 'vitest';
import { isObject, type Json } from '../graph';
import { byGroup, matching, paletteItems } from '../palette';
import { namesFor } from './names';
import { references } from './references';
import {
  componentTypes,
  definition,
  documentSchema,
  fieldsOf,
  shownValue,
  typedValue,
  variantOf,
  variantsOf,
} from './schema';
import { startItem, summaryOf } from './summary';
import { switched } from './switching';
import { FILE_MAX_BYTES, textOfFile } from './text_file';

const field = (of: string, key: string) => {
  const found = fieldsOf(definition(of)).find((other) => other.key === key);
  if (!found) throw new Error(`no field ${key}`);
  return found;
};

describe('forms from the schema', () => {
  it('have every property of a component, with title and description', () => {
    const { properties } = definition('component');
    const fields = fieldsOf(definition('component'));
    expect(fields.map(({ key }) => key)).toEqual(Object.keys(properties as Json));
    for (const { key, title, description } of fields) {
      expect(title, key).not.toBe('');
      expect(description, key).not.toBe('');
    }
  });

  it('take what a workload shares with other callers', () => {
    const keys = fieldsOf(definition('workload')).map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining(['id', 'call', 'rate', 'timeout', 'retry', 'breaker']));
  });

  it('know which of several things an object is', () => {
    const steps = variantsOf(definition('step'));
    expect(steps.length).toBeGreaterThanOrEqual(5);
    expect(variantOf(steps, { call: 'a', timeout: '1 s' })?.key).toBe('call');
    expect(variantOf(steps, {})?.key).toBe(steps[0]?.key);
    const faults = variantsOf(definition('fault'));
    expect(variantOf(faults, { at: '1 s', component: 'a', slow: 4 })?.key).toBe('slow');
    expect(variantsOf(documentSchema)).toEqual([]);
  });

  it('read what is typed as the document has it', () => {
    expect(typedValue(field('component', 'replicas'), ' 4 ')).toBe(4);
    expect(typedValue(field('component', 'replicas'), '2*3')).toBe('2*3');
    expect(typedValue(field('workload', 'rate'), '280/s')).toBe('280/s');
    expect(typedValue(field('workload', 'rate'), ' ')).toBeUndefined();
    expect(typedValue(field('component', 'id'), 'a')).toBe('a');
  });
  it('know text of several lines, and objects that may stand instead of a value', () => {
    expect(field('trace_csv', 'csv').isLong).toBe(true);
    expect(field('trace_csv', 'column').isLong).toBe(false);
    const trace = field('workload', 'trace');
    expect(trace.kind).toBe('values');
    expect(fieldsOf(trace.object!).map(({ key }) => key)).toContain('csv');
    expect(fieldsOf(field('policies', 'network').object!).map(({ key }) => key)).toContain('delay');
    expect(field('workload', 'rate').object).toBeNull();
    expect(typedValue(field('trace_csv', 'csv'), 'time\n0.1\n')).toBe('time\n0.1\n');
  });
  it('take a table from a file, if it is text and not too large', async () => {
    const file = (...parts: BlobPart[]) => new File(parts, 'arrivals.csv');
    expect(await textOfFile(file('time\r\n0.1\r\n'))).toEqual({ text: 'time\n0.1\n' });
    expect(await textOfFile(file('\ufefftime\n'))).toEqual({ text: 'time\n' });
    const errorOf = async (of: File) => {
      const read = await textOfFile(of);
      return 'error' in read ? read.error : '';
    };
    const notText = 'arrivals.csv is not text in UTF-8; save the table as CSV in UTF-8';
    expect(await errorOf(file(new Uint8Array([0x74, 0xff, 0xfe])))).toBe(notText);
    expect(await errorOf(file('PK\0\u0003'))).toBe(notText);
    expect(await errorOf(file(' \n'))).toBe('arrivals.csv is empty');
    expect(await errorOf(file(new Uint8Array(FILE_MAX_BYTES + 100_000)))).toBe(
      'arrivals.csv has 20.1 MB, more than the 20 MB that are read here',
    );
  });
  it('shows and takes an object where a value may be one', () => {
    const network = field('policies', 'network');
    const given = { delay: '40 ms', loss: '1%' };
    expect(typedValue(network, shownValue(given))).toEqual(given);
    expect(typedValue(network, '{"delay":')).toBe('{"delay":');
    expect(shownValue('40 ms')).toBe('40 ms');
  });

  it('tell members of lists in a line', () => {
    expect(summaryOf({ work: 'exponential(20 ms)' }, 'work')).toBe('work exponential(20 ms)');
    expect(summaryOf({ call: 'b', timeout: '1 s', retry: { attempts: 4 } }, 'call')).toBe(
      'call b · 1 s · 4 attempts',
    );
    expect(summaryOf({ at: '60 s', component: 'b', crash: true }, 'crash')).toBe('60 s: b crash');
    expect(summaryOf({ workload: 'u', availability: '99%' }, 'workload')).toBe('u · 99% answered');
  });

  it('begin a new member with names of this document', () => {
    const document = { components: [{ id: 'a' }], workloads: [{ id: 'w' }] };
    expect(startItem({ call: 'orders', retry: { attempts: 2 } }, document)).toEqual({
      call: 'a',
      retry: { attempts: 2 },
    });
    expect(startItem({ workload: 'users', availability: '99%' }, document)).toMatchObject({ workload: 'w' });
  });
});

describe('an object of several kinds', () => {
  const variant = (of: string, key: string) => {
    const found = variantsOf(definition(of)).find((other) => other.key === key);
    if (!found) throw new Error(`no variant ${key} of ${of}`);
    return found;
  };
  const document = {
    components: [{ id: 'shop' }, { id: 'orders', zones: ['eu-west/a'] }, { id: 'store' }],
    workloads: [{ id: 'users' }],
  };

  it('has a key of its own for each kind, by which it is told', () => {
    for (const of of ['step', 'fault', 'objective']) {
      const keys = variantsOf(definition(of)).map(({ key }) => key);
      expect(new Set(keys).size, of).toBe(keys.length);
    }
    const objectives = variantsOf(definition('objective'));
    const kindOf = (value: unknown) => variantOf(objectives, value)?.key;
    expect(kindOf({ component: 's', quantile: '99%', staleness: '1 s' })).toBe('staleness');
    expect(kindOf({ component: 's', durability: '99%' })).toBe('durability');
    expect(kindOf({ component: 'q', quantile: '99%', age: '1 s' })).toBe('age');
    expect(kindOf({ component: 'half-written' })).toBe('age');
    expect(kindOf({ workload: 'u', quantile: '99%', latency: '1 s' })).toBe('workload');
  });

  it('tells objectives of copies and transactions in a line', () => {
    expect(summaryOf({ component: 's', quantile: '99%', staleness: '1 s' }, 'staleness')).toBe(
      's · 99% of reads at most 1 s out of date',
    );
    expect(summaryOf({ component: 's', durability: '99.9%' }, 'durability')).toBe(
      's · 99.9% of acknowledged writes kept',
    );
    expect(summaryOf({ commit: [{ call: 'a', timeout: '1 s' }, { call: 'b' }] }, 'commit')).toBe(
      'commit a, b',
    );
    expect(summaryOf({ at: '5 s', component: 'a', clock: '-2 s' }, 'clock')).toBe('5 s: a clock -2 s');
  });

  it('becomes a two-phase commit with a timeout for each participant', () => {
    const commit = variant('step', 'commit');
    expect(
      switched(
        { all: [{ call: 'orders', retry: { attempts: 3 } }] },
        variant('step', 'all'),
        commit,
        document,
      ),
    ).toEqual({ commit: [{ call: 'orders', timeout: '1 s' }] });
    const started = switched(
      { work: '5 ms', probability: '10%' },
      variant('step', 'work'),
      commit,
      document,
      ['store'],
    );
    expect(started).toEqual({ commit: [{ call: 'orders', timeout: '1 s' }], probability: '10%' });
  });

  it('keeps what both kinds have', () => {
    expect(switched({ work: '5 ms' }, variant('step', 'work'), variant('step', 'wait'), document)).toEqual({
      wait: '5 ms',
    });
    const age = { component: 'store', quantile: '90%', age: '2 s' };
    expect(switched(age, variant('objective', 'age'), variant('objective', 'staleness'), document)).toEqual({
      component: 'store',
      quantile: '90%',
      staleness: '2 s',
    });
    expect(switched(age, variant('objective', 'age'), variant('objective', 'workload'), document)).toEqual({
      workload: 'users',
      availability: '99%', // and no share without a latency
    });
  });

  it('asks another component for each further participant, and not itself', () => {
    const { example, isRequired, description, examples } = fieldsOf(definition('participant')).reduce(
      (found, field) => (field.key === 'timeout' ? field : found),
      field('step_commit', 'commit'),
    );
    expect([isRequired, examples[0], description !== '', example]).toEqual([true, '1 s', true, '1 s']);
    const participant = field('step_commit', 'commit').example;
    const added = (avoid: string[]) => startItem(participant, document, avoid);
    expect(added(['shop'])).toEqual({ call: 'store', timeout: '1 s' });
    expect(added(['shop', 'store'])).toEqual({ call: 'orders', timeout: '1 s' });
  });

  it('offers zones and what contains them where users and faults are placed', () => {
    expect(field('workload', 'zone').refers).toBe('domains');
    const components = [{ id: 'a', zones: ['eu-west/a', 'eu-west/b'], domains: ['rack-7'] }, 7];
    expect(namesFor('domains', { components })).toEqual(['rack-7', 'eu-west', 'eu-west/a', 'eu-west/b']);
    expect(namesFor('callers', document)).toEqual(['users', 'shop', 'orders', 'store']);
    expect(startItem({ targets: { components: ['x', 'y'] }, domain: 'z' }, document)).toEqual({
      targets: { components: ['store'] },
      domain: 'eu-west/a',
    });
  });

  it('takes a clock that is behind as it is typed', () => {
    const clock = field('fault_clock', 'clock');
    expect([clock.kind, clock.examples]).toEqual(['offset', ['500 ms', '-2 s']]);
    expect(typedValue(clock, ' -2 s ')).toBe('-2 s');
  });
});

describe('references', () => {
  it('are found wherever the schema has them, as deep as they are', () => {
    const document = {
      workloads: [{ id: 'u', call: 'a' }],
      components: [
        { id: 'a', steps: [{ all: [{ call: 'b' }, { call: 'c' }] }, { send: 'd' }, { work: '1 ms' }] },
        { id: 'b' },
      ],
      faults: [{ at: '1 s', component: 'b', from: 'a', loss: '1%' }],
      objectives: [{ workload: 'u', availability: '99%' }],
    };
    const found = references(document);
    const paths = found.map(({ path, id }) => `${path.join('/')}=${id}`);
    expect(paths).toEqual(
      expect.arrayContaining([
        'workloads/0/call=a',
        'components/0/steps/0/all/0/call=b',
        'components/0/steps/0/all/1/call=c',
        'components/0/steps/1/send=d',
        'faults/0/component=b',
        'faults/0/from=a',
        'objectives/0/workload=u',
      ]),
    );
    expect(found).toHaveLength(7);
  });

  it('pass over what is half written', () => {
    expect(references({ components: [7, { id: 'a', steps: 'x' }], workloads: null })).toEqual([]);
  });
});

describe('the palette', () => {
  it('has every type of the schema, found by words of its names', () => {
    const items = paletteItems('aws', []);
    expect(items.map(({ type }) => type)).toEqual(['workload', ...componentTypes()]);
    expect(matching(items, 'amazon rds').map(({ type }) => type)).toEqual(['database']);
    expect(matching(items, 'nothing like it')).toEqual([]);
  });

  it('is grouped and explained by the core where that is known', () => {
    const types = [{ name: 'database', title: 'Database', group: 'Data', summary: 'Keeps rows.', start: {} }];
    const group = byGroup(paletteItems('generic', types)).find(({ name }) => name === 'Data');
    expect(group?.items.map(({ about }) => about)[0]).toContain('Keeps rows.');
    expect(isObject(types[0]?.start)).toBe(true);
  });
});
