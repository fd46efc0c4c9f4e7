import { entryLoad, idsOf } from '$lib/server/entry_route';
import { presentFormula } from '$lib/server/views/computing';

export const entries = idsOf('formula');
export const load = entryLoad('formula', presentFormula);
