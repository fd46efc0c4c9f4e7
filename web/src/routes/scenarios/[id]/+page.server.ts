import { entryLoad, idsOf } from '$lib/server/entry_route';
import { presentScenario } from '$lib/server/views/simulating';

export const entries = idsOf('scenario');
export const load = entryLoad('scenario', presentScenario);
