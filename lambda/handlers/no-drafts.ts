import type { draftsIn as drafts } from './drafts.ts';

/** The `#drafts` of a bundle whose bot has no growing answers. */
export const draftsIn: typeof drafts = () => undefined;
