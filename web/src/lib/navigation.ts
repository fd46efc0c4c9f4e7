/** Where the header leads. Kinds without entries are left out by the layout, so no link leads nowhere. */
export interface NavKind {
  kind: string;
  plural: string;
  title: string;
  count: number;
}

export const MAIN_KINDS: readonly string[] = [
  'concept',
  'pattern',
  'formula',
  'calculator',
  'incident',
  'episode',
  'path',
];

export const PLAYGROUND = {
  url: '/playground',
  name: 'Playground',
  about: 'a system of your own, run and broken in the browser',
} as const;

export const VIEWS: readonly { url: string; name: string; about: string }[] = [
  PLAYGROUND,
  {
    url: '/simulations/validation',
    name: 'Theory against simulation',
    about: 'how far the simulator can be trusted',
  },
  { url: '/notebook', name: 'Notebook', about: 'models of your own, with units and uncertainty' },
  {
    url: '/browse',
    name: 'Browse everything',
    about: 'one list, filtered by kind, category, level and year',
  },
  { url: '/depth', name: 'Depth matrix', about: 'which concept is taught at which level' },
  { url: '/episodes/graph', name: 'Episode graph', about: 'what to hear first, and what it opens' },
  {
    url: '/combinations/matrix',
    name: 'Combination matrix',
    about: 'which patterns help or hinder each other',
  },
  { url: '/timeline', name: 'Timeline', about: 'patterns and incidents by year' },
  { url: '/stats', name: 'Statistics', about: 'what is covered, and what is missing' },
];
