import { entryLoad, idsOf } from '$lib/server/entry_route';
import { presentKpi } from '$lib/server/views/world';

export const entries = idsOf('kpi');
export const load = entryLoad('kpi', presentKpi);
