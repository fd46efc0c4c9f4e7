import { catalogue } from '$lib/server/catalogue';
import { plainText } from '$lib/server/inline';
import { shorten } from '$lib/server/rows';
import type { TimelineRow } from '$lib/timeline/timeline_row';

const SUMMARY_MAX = 120;

export function load() {
  const all = catalogue();
  const rows: TimelineRow[] = [];
  for (const { url, name, year, category, summary } of all.ofKind('pattern')) {
    if (year)
      rows.push({
        url,
        name,
        kind: 'pattern',
        year,
        date: String(year),
        category: category ?? '',
        summary: short(summary),
      });
  }
  for (const kind of ['incident', 'success'] as const) {
    for (const { url, name, fields, summary } of all.ofKind(kind)) {
      const date = fields.date;
      if (date && /^\d{4}/.test(date)) {
        rows.push({
          url,
          name,
          kind,
          year: Number(date.slice(0, 4)),
          date,
          category: fields.type,
          summary: short(summary),
        });
      }
    }
  }
  const categories = Object.fromEntries(
    ['pattern', 'incident', 'success'].flatMap((kind) =>
      (all.taxonomy.kinds[kind]?.categories ?? []).map(({ id, name }) => [id, name]),
    ),
  );
  return {
    rows: rows.sort((a, b) => a.date.localeCompare(b.date) || a.name.localeCompare(b.name, 'en')),
    eras: all.taxonomy.eras.map(({ from, to, name, items }) => ({ from, to, name, items })),
    categories,
  };
}

function short(summary: string): string {
  return shorten(plainText(summary), SUMMARY_MAX);
}
