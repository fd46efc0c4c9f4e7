import { catalogue } from '$lib/server/catalogue';
import { episodeDrawing } from '$lib/server/episode_graph';

export function load() {
  const all = catalogue();
  return {
    drawing: episodeDrawing(all),
    series: all.taxonomy.series.map(({ id, name }) => ({ id, name })),
  };
}
