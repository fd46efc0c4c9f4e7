/** The thorough layout: the Eclipse Layout Kernel's layered algorithm, in its own worker, fetched when first asked for. */
import type { ELK } from 'elkjs/lib/elk-api';
import type { Graph } from './graph';
import { NODE, snapped, type Direction, type Positions } from './placing';

let elk: Promise<ELK> | null = null;

async function start(): Promise<ELK> {
  const [{ default: Elk }, { default: workerUrl }] = await Promise.all([
    import('elkjs/lib/elk-api'),
    import('elkjs/lib/elk-worker.min.js?url'),
  ]);
  return new Elk({ workerUrl });
}

export async function elkLayout({ nodes, edges }: Graph, direction: Direction = 'right'): Promise<Positions> {
  elk ??= start();
  const engine = await elk.catch((error: unknown) => {
    elk = null;
    throw error;
  });
  const laidOut = await engine.layout({
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': direction === 'down' ? 'DOWN' : 'RIGHT',
      'elk.layered.spacing.nodeNodeBetweenLayers': '112',
      'elk.spacing.nodeNode': '44',
      // A long call must not run behind a node between its ends.
      'elk.spacing.edgeNode': '48',
      'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
    },
    children: nodes.map(({ key }) => ({ id: key, ...NODE })),
    edges: edges.map(({ key, from, to }) => ({ id: key, sources: [from], targets: [to] })),
  });
  return Object.fromEntries(
    (laidOut.children ?? []).map(({ id, x = 0, y = 0 }) => [id, snapped([x, y])] as const),
  );
}
