import type { CheckId } from './check-names.ts';
import {
  accepted,
  acceptedOrDeferred,
  alive,
  type Expectation,
  optional,
  refused,
  refusedAsBroken,
  validation,
} from './expectations.ts';
import { SECRET_PLACE } from './hide-secret.ts';
import {
  callbackBody,
  messageBodies,
  openBuilderCall,
  skillBodies,
  smartChatCall,
  validationBody,
} from './kakao-requests.ts';
import type { Target } from './target.ts';
import { okBut } from './verdict.ts';
import type { Call } from './visit.ts';

/** Which of Kakao's two protocols. */
export type Protocol = 'open-builder' | 'smart-chat';

/** One call, and what must come of it. */
export interface Check {
  readonly id: CheckId;
  readonly call: Call;
  readonly expectation: Expectation;
  /** Whether the gateway will refuse it, and it is left out unless strangers are played. */
  readonly isRefusal?: boolean;
}

/** One call of the admin centre's API TEST; `need` is its own word for whether it fails without it. */
export interface ApiTestCheck extends Check {
  readonly need: 'Required' | 'Optional';
}

/** The gateway that is checked. */
export interface CheckedGateway {
  readonly target: Target;
  readonly secret: string;
  /** Where the callback request's URL leads; Kakao's own place unless given. */
  readonly callbackOrigin?: string;
}

/** No gateway's secret. */
const WRONG_SECRET = 'kakao-doctor-does-not-know-it';

/** The calls of Open Builder's testers and channels, and of whoever does not know the secret. */
export function openBuilderChecks({ target, secret, callbackOrigin }: CheckedGateway): Check[] {
  const skillUrl = `${target.base}/open-builder/skill`;
  const skill = (id: CheckId, body: object | string, expectation: Expectation, shown = secret): Check => ({
    id,
    call: openBuilderCall('/skill', body, shown),
    expectation,
  });
  const isAccepted = accepted('skill', skillUrl);
  const validationUrl = `${target.base}/open-builder/validation`;
  return [
    skill('skill-test', skillBodies.skillTest, isAccepted),
    skill('bot-test', skillBodies.botTest, isAccepted),
    skill('live-channel', skillBodies.liveChannel, isAccepted),
    skill('dev-channel', skillBodies.devChannel, isAccepted),
    skill('welcome', skillBodies.welcome, isAccepted),
    skill('picture', skillBodies.picture, isAccepted),
    skill('button', skillBodies.button, isAccepted),
    skill('long', skillBodies.long, isAccepted),
    skill('callback', callbackBody(callbackOrigin), withRemark(acceptedOrDeferred(skillUrl))),
    { ...skill('broken-json', '{"userRequest":', refusedAsBroken), isRefusal: true },
    {
      id: 'no-secret',
      call: openBuilderCall('/skill', skillBodies.skillTest, undefined),
      expectation: refused,
      isRefusal: true,
    },
    // The one refusal of every examination: whoever asks for no secret is found by it, too.
    skill('wrong-secret', skillBodies.skillTest, refused, WRONG_SECRET),
    {
      id: 'validation',
      call: openBuilderCall('/validation', validationBody, secret),
      expectation: validation(validationUrl),
    },
  ];
}

function withRemark(expectation: Expectation): Expectation {
  return answer => {
    const verdict = expectation(answer);
    return verdict.mark === 'ok' ? okBut('callback-remark') : verdict;
  };
}

/** The calls that smart-chat made for a user's messages. @param isRefused whether a refusal was tried before */
export function smartChatChecks({ target, secret }: CheckedGateway, isRefused: boolean): Check[] {
  const isMessage = accepted('message', appUrlOf(target.base));
  const message = (id: CheckId, body: object): Check => ({
    id,
    call: smartChatCall('POST', '/message', secret, body),
    expectation: isMessage,
  });
  return [
    message('message-text', messageBodies.text),
    message('message-photo', messageBodies.photo),
    message('message-no-user', messageBodies.withoutUserKey),
    {
      id: 'double-slash',
      call: smartChatCall('GET', '//keyboard', secret),
      expectation: accepted('keyboard', appUrlOf(target.base)),
    },
    {
      id: 'app-wrong-secret',
      call: smartChatCall('GET', '/keyboard', WRONG_SECRET),
      expectation: refused,
      isRefusal: isRefused,
    },
  ];
}

/** The call of whoever watches over the gateway. */
export function healthCheck({ base }: Target): Check {
  const headers = { accept: '*/*' };
  return { id: 'health', call: { method: 'GET', path: '/health', headers }, expectation: alive(base) };
}

const API_TEST = [
  { id: 'api-keyboard', need: 'Required', method: 'GET', path: '/keyboard', body: undefined },
  { id: 'api-make-friend', need: 'Optional', method: 'POST', path: '/friend', body: { user_key: 'test' } },
  { id: 'api-block-friend', need: 'Optional', method: 'DELETE', path: '/friend/test', body: undefined },
  { id: 'api-leave-room', need: 'Optional', method: 'DELETE', path: '/chat_room/test', body: undefined },
] as const;

/** The calls that the console's button makes. */
export function apiTestChecks({ target, secret }: CheckedGateway): ApiTestCheck[] {
  return API_TEST.map(({ id, need, method, path, body }) => ({
    id,
    need,
    call: smartChatCall(method, path, secret, body),
    expectation: need === 'Required' ? accepted('keyboard', appUrlOf(target.base)) : optional,
  }));
}

function appUrlOf(base: string): string {
  return `${base}/smart-chat/${SECRET_PLACE}`;
}
