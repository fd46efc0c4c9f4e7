import { entryLoad, idsOf } from '$lib/server/entry_route';
import { presentCalculator } from '$lib/server/views/computing';

export const entries = idsOf('calculator');
export const load = entryLoad('calculator', presentCalculator);
