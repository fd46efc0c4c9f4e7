import { catalogue } from '$lib/server/catalogue';
import { eventRows } from '$lib/server/event_rows';

export function load() {
  const all = catalogue();
  const info = all.taxonomy.kinds.success;
  return { title: info?.title ?? '', lead: info?.description ?? '', rows: eventRows('success', all) };
}
