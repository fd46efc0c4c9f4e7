import { entryLoad, idsOf } from '$lib/server/entry_route';
import { presentCompany } from '$lib/server/views/world';

export const entries = idsOf('company');
export const load = entryLoad('company', presentCompany);
