import type { countersIn as counters } from './counters.ts';

/** The `#counters` of a bundle whose bot counts nothing that its users share. */
export const countersIn: typeof counters = () => undefined;
