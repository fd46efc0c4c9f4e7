/** The simulator's thread. */
import { answerMessages, loadCore } from '../core_worker';

answerMessages(loadCore('simulation'), 'simulator');
