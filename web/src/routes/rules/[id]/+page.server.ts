import { entryLoad, idsOf } from '$lib/server/entry_route';
import { presentRule } from '$lib/server/views/world';

export const entries = idsOf('rule');
export const load = entryLoad('rule', presentRule);
