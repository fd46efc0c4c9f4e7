import { entryLoad, idsOf } from '$lib/server/entry_route';
import { presentCombination } from '$lib/server/views/building';

export const entries = idsOf('combination');
export const load = entryLoad('combination', presentCombination);
