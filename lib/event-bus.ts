import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { ENVIRONMENT } from '../lambda/aws/environment.ts';
import type { FunctionName, GatewayFunction } from './gateway-function.ts';

/** An event bus of EventBridge in the gateway's region, made here or imported; one of another account must let the functions put. */
export type GatewayEventBus = Pick<IEventBus, 'eventBusArn'>;

/** Where to, and how much, the functions tell of what users do: docs/event-bus.md. */
export interface EventBusSettings {
  readonly bus: GatewayEventBus;
  /**
   * How users are told: by the log's pseudonyms alone (`hashed`), or by Kakao's ids, too (`plain`).
   * @default 'hashed'
   */
  readonly ids?: 'hashed' | 'plain' | undefined;
  /**
   * Whether what users say is told, too.
   * @default false
   */
  readonly utterances?: boolean | undefined;
}

/** The functions that tell: a validation is no turn. */
const TELLS: Readonly<Record<FunctionName, boolean>> = {
  'open-builder': true,
  'smart-chat': true,
  validation: false,
  'late-turn': true,
  webhooks: true,
  event: false,
  probe: false,
};

/** Whether this function tells the event bus, where there is one: then it is in its bundle. */
export function tellsEventBus(handler: FunctionName, settings: EventBusSettings | undefined): boolean {
  return settings !== undefined && TELLS[handler];
}

/** Tells a function which bus it is, and lets it put events there; nothing where it tells none. */
export function grantEventBus(teller: GatewayFunction, settings: EventBusSettings | undefined): void {
  if (settings === undefined || !tellsEventBus(teller.handler, settings)) return;
  const { bus, ids, utterances } = settings;
  teller.addEnvironment(ENVIRONMENT.eventBus, bus.eventBusArn);
  if (ids === 'plain') teller.addEnvironment(ENVIRONMENT.eventBusIds, ids);
  if (utterances) teller.addEnvironment(ENVIRONMENT.eventBusUtterances, 'true');
  Grant.addToPrincipal({
    grantee: teller.lambda,
    actions: ['events:PutEvents'],
    resourceArns: [bus.eventBusArn],
  });
}
