import { episodeDrawing } from '$lib/server/episode_graph';
import { episodeCode } from '$lib/server/views/teaching';
import { catalogue, type Catalogue } from '$lib/server/catalogue';
import type { Entry } from '$lib/catalogue/types';
import { plainText } from '$lib/server/inline';
import { shorten } from '$lib/server/rows';

/** The first entries that a visitor may want, as far as the catalogue has them. */
const FIRST_PATHS = ['new-grad', 'senior-to-staff', 'manager', 'startup', 'consultant'];
const FIRST_EPISODES = 3;
const TEASER_MAX = 130;

export function load() {
  const all = catalogue();
  return {
    counts: {
      concepts: all.countOf('concept'),
      patterns: all.countOf('pattern'),
      formulas: all.countOf('formula'),
      incidents: all.countOf('incident'),
      successes: all.countOf('success'),
      combinations: all.countOf('combination'),
      episodes: all.countOf('episode'),
      calculators: all.countOf('calculator'),
      scenarios: all.countOf('scenario'),
      references: all.stats.references.total,
      sources: all.stats.sources.distinct,
    },
    paths: firstPaths(all),
    episodes: firstEpisodes(all),
    relations: all.stats.combinations.by_relation,
    levels: all.taxonomy.levels.map(({ id, name, skill }) => ({
      id,
      name,
      skill,
      taught: all.stats.concepts.by_taught_level[id] ?? 0,
    })),
    graph: episodeDrawing(all),
    claims: all.stats.formulas.by_claim_status,
  };
}

function teaser({ name, url, summary }: Pick<Entry, 'name' | 'url' | 'summary'>) {
  return { name, url, summary: shorten(plainText(summary), TEASER_MAX) };
}

function firstPaths(all: Catalogue) {
  const careers = all.ofKind('path').filter(({ fields }) => fields.type === 'career');
  const rank = ({ id }: { id: string }) =>
    FIRST_PATHS.includes(id) ? FIRST_PATHS.indexOf(id) : FIRST_PATHS.length;
  return [...careers]
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, 5)
    .map((path) => ({
      ...teaser(path),
      hours: path.analysis.hours ?? null,
      episodes: path.analysis.episodes ?? 0,
    }));
}

/** Episodes that presuppose nothing. */
function firstEpisodes(all: Catalogue) {
  return all
    .ofKind('episode')
    .filter(({ fields }) => !fields.prerequisites?.length && fields.availability === 'scripted')
    .slice(0, FIRST_EPISODES)
    .map((episode) => ({ ...teaser(episode), code: episodeCode(episode.ref, all) }));
}
