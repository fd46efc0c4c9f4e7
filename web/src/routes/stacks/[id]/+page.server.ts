import { entryLoad, idsOf } from '$lib/server/entry_route';
import { presentStack } from '$lib/server/views/building';

export const entries = idsOf('stack');
export const load = entryLoad('stack', presentStack);
