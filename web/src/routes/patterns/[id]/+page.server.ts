import { entryLoad, idsOf } from '$lib/server/entry_route';
import { presentPattern } from '$lib/server/views/building';

export const entries = idsOf('pattern');
export const load = entryLoad('pattern', presentPattern);
