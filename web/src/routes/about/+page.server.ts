import { catalogue } from '$lib/server/catalogue';

export function load() {
  const { taxonomy, stats, entries } = catalogue();
  return {
    sources: stats.sources,
    disputed: entries.filter(({ disputed }) => disputed).length,
    total: stats.entries.total,
    levels: taxonomy.levels,
    tiers: taxonomy.tiers,
  };
}
