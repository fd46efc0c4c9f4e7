import { entryLoad, idsOf } from '$lib/server/entry_route';
import { presentPrice } from '$lib/server/views/world';

export const entries = idsOf('price');
export const load = entryLoad('price', presentPrice);
