import { entryLoad, idsOf } from '$lib/server/entry_route';
import { presentEpisode } from '$lib/server/views/teaching';

export const entries = idsOf('episode');
export const load = entryLoad('episode', presentEpisode);
