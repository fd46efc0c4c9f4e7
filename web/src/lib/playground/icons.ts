/** A small drawing for each type of component, as one path in a box of 24; lines of 1.6, no fill. */
const BOX = 'M4 6h16v12H4zM4 10h16M7 8h.01M10 8h.01';

const PATHS: Record<string, string> = {
  service: BOX,
  'api-gateway': 'M12 3v18M5 7l-2 5 2 5M19 7l2 5-2 5M8 12h8M13 9l3 3-3 3',
  balancer: 'M4 12h5M9 12l8-6M9 12h8M9 12l8 6M17 3v6M17 9.5v5M17 15v6',
  cache: 'M13 3L5 14h6l-1 7 8-11h-6z',
  database:
    'M5 6c0-1.7 3.1-3 7-3s7 1.3 7 3-3.1 3-7 3-7-1.3-7-3zM5 6v12c0 1.7 3.1 3 7 3s7-1.3 7-3V6M5 12c0 1.7 3.1 3 7 3s7-1.3 7-3',
  queue: 'M3 8h4v8H3zM10 8h4v8h-4zM17 8h4v8h-4z',
  worker:
    'M12 8.5a3.5 3.5 0 100 7 3.5 3.5 0 000-7zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M5.6 18.4l2.2-2.2M16.2 7.8l2.2-2.2',
  external: 'M7 18a4 4 0 01-.5-8A6 6 0 0118 9.5a4.3 4.3 0 01-.5 8.5z',
  'object-store': 'M4 7l8-4 8 4v10l-8 4-8-4zM4 7l8 4 8-4M12 11v10',
  client: 'M3 5h18v11H3zM8 20h8M12 16v4',
  workload:
    'M8 11a3 3 0 100-6 3 3 0 000 6zM2.5 19c0-3 2.4-5 5.5-5s5.5 2 5.5 5M16 11a2.5 2.5 0 100-5M16.5 14c2.8 0 5 2 5 5',
  'stream-broker': 'M3 8c3-4 6 4 9 0s6 4 9 0M3 15c3-4 6 4 9 0s6 4 9 0',
  cdn: 'M12 3a9 9 0 100 18 9 9 0 000-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  dns: 'M12 3a9 9 0 100 18 9 9 0 000-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  'search-index': 'M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM15.5 15.5L21 21',
  function: 'M7 20c4 0 3-16 8-16h2M7 11h8',
};

/** Types that look like others. */
const LIKE: Record<string, string> = {
  browser: 'client',
  edge: 'cdn',
  'websocket-gateway': 'api-gateway',
  'web-server': 'service',
  container: 'service',
  'autoscaled-service': 'service',
  'stream-processor': 'stream-broker',
  'session-store': 'cache',
  'key-value-store': 'database',
  'document-store': 'database',
  'wide-column-store': 'database',
  'graph-database': 'database',
  'time-series-database': 'database',
  'data-warehouse': 'database',
  'file-system': 'object-store',
  store: 'object-store',
  'dead-letter-queue': 'queue',
  'batch-job': 'worker',
  'media-transcoder': 'worker',
  'control-plane': 'worker',
};

/** Types that came into the schema after these tables are drawn as a service. */
export function iconPath(type: string): string {
  return PATHS[type] ?? PATHS[LIKE[type] ?? ''] ?? BOX;
}
