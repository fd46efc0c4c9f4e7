import { genericEntries, genericLoad } from '$lib/server/entry_route';

export const entries = genericEntries;
export const load = genericLoad;
