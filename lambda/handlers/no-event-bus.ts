import type { EventBus } from '../gateway/event-bus.ts';

/** The `#event-bus` of a deployed bundle whose deployment has none; it makes no byte of it. */
export const bus: EventBus | undefined = undefined;
