import type { roomsIn as rooms } from './rooms.ts';

/** The `#rooms` of a bundle whose bot has no room sessions. */
export const roomsIn: typeof rooms = () => undefined;
