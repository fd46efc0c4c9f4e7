import { entryLoad, idsOf } from '$lib/server/entry_route';
import { presentCertificate } from '$lib/server/views/teaching';

export const entries = idsOf('certificate');
export const load = entryLoad('certificate', presentCertificate);
