import { entryLoad, idsOf } from '$lib/server/entry_route';
import { presentEvent } from '$lib/server/views/world';

export const entries = idsOf('success');
export const load = entryLoad('success', presentEvent);
