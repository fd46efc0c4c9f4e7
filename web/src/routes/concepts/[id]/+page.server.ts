import { entryLoad, idsOf } from '$lib/server/entry_route';
import { presentConcept } from '$lib/server/views/teaching';

export const entries = idsOf('concept');
export const load = entryLoad('concept', presentConcept);
