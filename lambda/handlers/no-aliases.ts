import type { TurnGateway } from '../gateway/deployment.ts';

/** The `#aliases` of a deployed bundle whose deployment has no webhooks; it makes no byte of it. */
export const aliased: TurnGateway<unknown>['aliased'] = undefined;
