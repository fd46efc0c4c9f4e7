/** All challenges, in the order in which they are best tried. */
import { FAILURE } from './failure';
import { OVERLOAD } from './overload';
import type { Challenge } from './types';

export const CHALLENGES: readonly Challenge[] = [...OVERLOAD, ...FAILURE];
