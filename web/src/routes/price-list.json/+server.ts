import { json } from '@sveltejs/kit';
import { catalogue } from '$lib/server/catalogue';
import { plainText } from '$lib/server/inline';
import { priceText } from '$lib/server/views/world';
import type { ListedPrice } from '$lib/playground/prices';

export const prerender = true;

/** The prices that a component can have, as the playground offers them: fetched when a vendor is chosen. */
export function GET() {
  const prices = catalogue()
    .ofKind('price')
    .flatMap(({ id, url, name, fields }): ListedPrice[] => {
      const { provider, component_types, region, field, value, vcpu, memory_gb, limits, as_of } = fields;
      if (field === 'storage') return [];
      return [
        {
          id,
          url,
          name: plainText(name),
          product: plainText(fields.product),
          provider,
          component_types,
          price: priceText(fields),
          region,
          field,
          value,
          vcpu: vcpu ?? null,
          memory_gb: memory_gb ?? null,
          limits: (limits ?? []).map((limit) => ({ what: plainText(limit.what), value: limit.value })),
          as_of,
        },
      ];
    });
  return json(prices);
}
