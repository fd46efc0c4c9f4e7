/** What may be put on the canvas: types come from the published schema, so that new ones appear by themselves. */
import { componentTypes, typeLabel } from './forms/schema';
import type { ComponentType } from './protocol';
import { typeName, type Vendor } from './vendors';

export interface PaletteItem {
  type: string;
  name: string;
  group: string;
  about: string;
}

/** The core's own list where it is known, since it has groups and summaries; else the types of the schema. */
export function paletteItems(vendor: Vendor, types: readonly ComponentType[]): PaletteItem[] {
  const known = new Map(types.map((type) => [type.name, type]));
  const components = componentTypes().map((type) => ({
    type,
    name: typeName(type, vendor),
    group: known.get(type)?.group ?? 'Components',
    about: [typeLabel(type), known.get(type)?.summary].filter(Boolean).join('. '),
  }));
  return [
    { type: 'workload', name: 'Workload', group: 'Load', about: 'Where requests come from.' },
    ...components,
  ];
}

export function matching(items: readonly PaletteItem[], query: string): PaletteItem[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter(({ type, name, about, group }) => {
    const text = `${type} ${name} ${about} ${group}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function byGroup(items: readonly PaletteItem[]): { name: string; items: PaletteItem[] }[] {
  const groups = new Map<string, PaletteItem[]>();
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  return [...groups].map(([name, members]) => ({ name, items: members }));
}
