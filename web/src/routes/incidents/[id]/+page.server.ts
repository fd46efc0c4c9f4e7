import { entryLoad, idsOf } from '$lib/server/entry_route';
import { presentEvent } from '$lib/server/views/world';

export const entries = idsOf('incident');
export const load = entryLoad('incident', presentEvent);
