import { deployment } from './deployment.ts';
import { lateTurnHandler } from './late-turn-service.ts';

/** The function that takes late turns from the queue. */
export const handler = lateTurnHandler(deployment);
