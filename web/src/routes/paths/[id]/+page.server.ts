import { entryLoad, idsOf } from '$lib/server/entry_route';
import { presentPath } from '$lib/server/views/teaching';

export const entries = idsOf('path');
export const load = entryLoad('path', presentPath);
