/** Prices of the catalogue for a component: which fit it, and the edit that gives it one. */
import { isAlias, isMap } from 'yaml';
import type { PriceFields, Provider } from '$lib/catalogue/types';
import { setAt, type Edit } from './edit';
import { isObject } from './graph';
import type { Path } from './pointer';
import type { Vendor } from './vendors';

/** As /price-list.json has it. */
export interface ListedPrice {
  id: string;
  url: string;
  name: string;
  product: string;
  provider: Provider;
  component_types: string[];
  /** In words: "0.0816 USD per hour". */
  price: string;
  region: string;
  /** Key of a component's `price`; scenarios have none for what is stored. */
  field: Exclude<PriceFields['field'], 'storage'>;
  /** In the scenario's language: "0.0816 USD/hour". */
  value: string;
  vcpu: number | null;
  memory_gb: number | null;
  limits: { what: string; value: string }[];
  as_of: string;
}

const FIELDS: readonly ListedPrice['field'][] = ['replica', 'request', 'busy', 'egress'];

/** By what is paid for, as the form has it; instances from small to large, else in the list's order. */
export function fitting(prices: readonly ListedPrice[], vendor: Vendor, type: string): ListedPrice[] {
  return prices
    .filter(({ provider, component_types }) => provider === vendor && component_types.includes(type))
    .sort((a, b) => FIELDS.indexOf(a.field) - FIELDS.indexOf(b.field) || (a.vcpu ?? 0) - (b.vcpu ?? 0));
}

/** "2 vCPU, 8 GB"; empty where the price is not one of an instance. */
export function sizeText({ vcpu, memory_gb }: Pick<ListedPrice, 'vcpu' | 'memory_gb'>): string {
  return [vcpu === null ? '' : `${vcpu} vCPU`, memory_gb === null ? '' : `${memory_gb} GB`]
    .filter(Boolean)
    .join(', ');
}

/** What one unit can do at most: "writes 1 MB/s; reads 2 MB/s". */
export function limitsText({ limits }: Pick<ListedPrice, 'limits'>): string {
  return limits.map(({ what, value }) => `${what} ${value}`).join('; ');
}

/** What a component pays under a key now; empty where it pays nothing. */
export function paid(component: unknown, field: ListedPrice['field']): string {
  const price = isObject(component) && isObject(component.price) ? component.price : {};
  const value = price[field];
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

export function isInUse(component: unknown, { field, value }: ListedPrice): boolean {
  return paid(component, field) === value;
}

/** Gives the component at a path the price; what it pays under other keys stays. */
export function usePrice(component: Path, { field, value }: Pick<ListedPrice, 'field' | 'value'>): Edit {
  const path = [...component, 'price'];
  return (document) => {
    const held = document.getIn(path, true);
    if (isMap(held)) return setAt(document, [...path, field], value);
    // Prices shared by name become the component's own: the others that share them keep theirs.
    const shared: unknown = isAlias(held) ? held.toJS(document) : {};
    setAt(document, path, { ...(isObject(shared) ? shared : {}), [field]: value });
  };
}
