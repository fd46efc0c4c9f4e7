import type { EventRow } from '$lib/events/event_row';
import type { Catalogue } from './catalogue';
import { companyOf } from './views/world';

export function eventRows(kind: 'incident' | 'success', all: Catalogue): EventRow[] {
  return [...all.ofKind(kind)]
    .map((entry): EventRow => {
      const { fields } = entry;
      const company = companyOf(entry, all);
      const patterns = kind === 'success' ? fields.used_patterns : fields.missing_patterns;
      return {
        url: entry.url,
        name: entry.name,
        kind,
        type: fields.type,
        date: fields.date ?? null,
        minutes: fields.duration_minutes ?? null,
        company: company?.name ?? null,
        companyUrl: company?.url ?? null,
        record: fields.record,
        disputed: entry.disputed !== null,
        patterns: all.links(patterns).map(({ name, url }) => [name, url]),
      };
    })
    .sort((a, b) => (a.date ?? '9').localeCompare(b.date ?? '9') || a.name.localeCompare(b.name, 'en'));
}
