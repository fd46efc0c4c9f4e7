import { catalogue } from '$lib/server/catalogue';
import { scenarioFamilies } from '$lib/server/views/simulating';

export function load() {
  const all = catalogue();
  const kind = all.taxonomy.kinds.scenario;
  return {
    title: kind?.title ?? 'Scenarios',
    description: kind?.description ?? '',
    families: scenarioFamilies(all),
  };
}
