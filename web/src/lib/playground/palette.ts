/** What may be put on the canvas: types come from the published schema, so that new ones appear by themselves. */
import { componentTypes } from './forms/schema';
import { genericName, typeName, type Vendor } from './vendors';

/** The kind of data that a drag from the palette carries. */
export const PALETTE_TYPE = 'application/x-dstudio-component';

export interface PaletteItem {
  type: string;
  name: string;
  about: string;
}

export function paletteItems(vendor: Vendor): PaletteItem[] {
  const components = componentTypes().map((type) => ({
    type,
    name: typeName(type, vendor),
    about: genericName(type),
  }));
  return [{ type: 'workload', name: 'Workload', about: 'where requests come from' }, ...components];
}

export function matching(items: readonly PaletteItem[], query: string): PaletteItem[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter(({ type, name, about }) => {
    const text = `${type} ${name} ${about}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
