import { describe, expect, it } from 'vitest';
import { edited, parse } from './edit';
import { Design } from './design.svelte';
import { fitting, isInUse, limitsText, paid, sizeText, usePrice, type ListedPrice } from './prices';

const price = (id: string, over: Partial<ListedPrice> = {}): ListedPrice => ({
  id,
  url: `/prices/${id}`,
  name: id,
  product: 'Amazon EC2',
  provider: 'aws',
  component_types: ['service', 'worker'],
  price: '0.0816 USD per hour',
  region: 'us-east-1',
  field: 'replica',
  value: '0.0816 USD/hour',
  vcpu: 2,
  memory_gb: 8,
  limits: [],
  as_of: '2024-07-01',
  ...over,
});

const TEXT = `# A shop.
components:
- id: shop # the front
  type: service
  # bought for a year
  price: {request: 0.000001 USD} # by the request
- id: orders
  threads: 4
`;
const PATH = ['components', 0];
const componentAt = (text: string, at: number): unknown =>
  (parse(text).toJS() as { components: unknown[] }).components[at];

describe('prices that fit a component', () => {
  const all = [
    price('b', { field: 'egress', vcpu: null }),
    price('a', { vcpu: 8 }),
    price('c', { provider: 'azure' }),
    price('d', { component_types: ['cache'] }),
    price('e'),
  ];

  it('are of the vendor and for the type, by what is paid for and by size', () => {
    expect(fitting(all, 'aws', 'worker').map(({ id }) => id)).toEqual(['e', 'a', 'b']);
    expect(fitting(all, 'azure', 'service').map(({ id }) => id)).toEqual(['c']);
  });

  it('are none where no vendor is chosen or the vendor has none', () => {
    expect(fitting(all, 'generic', 'service')).toEqual([]);
    expect(fitting(all, 'google', 'service')).toEqual([]);
    expect(fitting(all, 'aws', 'queue')).toEqual([]);
  });

  it('tell size and limits where they are known', () => {
    expect(sizeText(price('a'))).toBe('2 vCPU, 8 GB');
    expect(sizeText({ vcpu: null, memory_gb: 6.38 })).toBe('6.38 GB');
    expect(sizeText({ vcpu: null, memory_gb: null })).toBe('');
    const limits = [
      { what: 'writes', value: '1 MB/s' },
      { what: 'reads', value: '2 MB/s' },
    ];
    expect(limitsText({ limits })).toBe('writes 1 MB/s; reads 2 MB/s');
  });
});

describe('using a price', () => {
  it('adds it to those that are there and keeps comments', () => {
    expect(edited(TEXT, usePrice(PATH, price('a')))).toBe(
      TEXT.replace('{request: 0.000001 USD}', '{request: 0.000001 USD, replica: 0.0816 USD/hour}'),
    );
  });

  it('replaces the one of its key and keeps comments', () => {
    const other = price('a', { field: 'request', value: '0.0000004 USD' });
    expect(edited(TEXT, usePrice(PATH, other))).toBe(TEXT.replace('0.000001 USD', '0.0000004 USD'));
  });

  it('makes the price where there is none, or an empty one', () => {
    const wanted = `${TEXT}  price: {replica: 0.0816 USD/hour}\n`;
    expect(edited(TEXT, usePrice(['components', 1], price('a')))).toBe(wanted);
    expect(edited(`${TEXT}  price:\n`, usePrice(['components', 1], price('a')))).toBe(wanted);
    expect(edited(`${TEXT}  price: {}\n`, usePrice(['components', 1], price('a')))).toBe(wanted);
  });

  it('leaves prices that others share by name to them', () => {
    const text = 'components:\n- id: a\n  price: &cheap {busy: 1 USD/s}\n- id: b\n  price: *cheap\n';
    const after = edited(text, usePrice(['components', 1], price('a')));
    expect(paid(componentAt(after, 0), 'replica')).toBe('');
    expect(paid(componentAt(after, 1), 'replica')).toBe('0.0816 USD/hour');
    expect(paid(componentAt(after, 1), 'busy')).toBe('1 USD/s');
  });

  it('is seen, and undone as one change', () => {
    const design = new Design(TEXT);
    expect(isInUse(componentAt(design.text, 0), price('a'))).toBe(false);
    design.edit(usePrice(PATH, price('a')));
    expect(isInUse(componentAt(design.text, 0), price('a'))).toBe(true);
    design.undo();
    expect(design.text).toBe(TEXT);
    expect(design.canUndo).toBe(false);
  });

  it('reads what a half-written document holds', () => {
    expect(paid({ price: 0 }, 'replica')).toBe('');
    expect(paid({ price: { replica: 0 } }, 'replica')).toBe('0');
    expect(paid(null, 'replica')).toBe('');
  });
});
