import { KAKAO_WAITS_MS } from '../../lambda/turn/time-budget.ts';
import { targetOf } from '../../tools/doctor/target.ts';
import { type HttpAnswer, type Visitor, visitor } from '../../tools/doctor/visit.ts';

/** A gateway that was deployed, and how Kakao calls it. */
export interface Gateway {
  /** Its base URL, and where that is to be found: what the doctor is given. */
  readonly url: string;
  readonly connect: string | undefined;
  readonly secret: string;
  /** Calls it with a secret; `path` is what follows the base URL. */
  readonly visit: Visitor;
}

/**
 * The gateway behind a skill URL.
 * @param endpoint where an emulator serves every host, its APIs' among them
 */
export function gatewayAt(skillUrl: string, secret: string, endpoint: string | undefined): Gateway {
  const url = endpoint === undefined ? skillUrl : emulatedUrl(skillUrl);
  const { target } = targetOf(url, endpoint);
  return {
    url: target.base,
    connect: endpoint,
    secret,
    visit: visitor({ target, secret, limitMs: KAKAO_WAITS_MS }),
  };
}

/** An emulator's URL as AWS would give it: its port is the endpoint's, and its certificate nobody's. */
export function emulatedUrl(skillUrl: string): string {
  const [, host, path] = /^https?:\/\/([^/:]+)(?::\d+)?(\/.*)$/.exec(skillUrl) ?? [];
  const url = `https://${host}${path}`;
  if (host === undefined || !URL.canParse(url)) {
    throw new Error(
      'the emulator gives its APIs no usable host: start MiniStack with MINISTACK_HOST=localhost',
    );
  }
  return url;
}

/** A call of a skill, with its secret in the header. */
export function callSkill({ visit, secret }: Gateway, body: unknown): ReturnType<Visitor> {
  return post(visit, '/open-builder/skill', body, { 'x-gateway-secret': secret });
}

/** A call below the app URL, with its secret in the path. */
export function callSmartChat(
  { visit, secret }: Gateway,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): ReturnType<Visitor> {
  const appPath = `/smart-chat/${encodeURIComponent(secret)}${path}`;
  return body === undefined || body === null
    ? visit({ method, path: appPath, headers: {} })
    : post(visit, appPath, body);
}

/** A POST of JSON. */
export function post(
  visit: Visitor,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): ReturnType<Visitor> {
  const type = 'application/json; charset=utf-8';
  const call = { method: 'POST', path, headers: { 'content-type': type, ...headers } } as const;
  return visit({ ...call, body: JSON.stringify(body) });
}

/** An answer with this status, as JSON, that holds these words if any are given; else what is wrong with it. */
export function problemOf(
  visit: Awaited<ReturnType<Visitor>>,
  status: number,
  { words, problems = () => [] }: { words?: string; problems?: (json: unknown) => readonly string[] } = {},
): string | undefined {
  if (!('answer' in visit)) return `no answer within 5 s (${visit.diagnostic.code})`;
  const { answer } = visit;
  if (answer.status !== status) return `the status is ${answer.status}, not ${status}`;
  if (!answer.contentType.startsWith('application/json')) return 'the content type is no JSON';
  if (words !== undefined && !saidIn(answer).includes(words)) return `the answer does not say "${words}"`;
  return problems(answer.json)[0];
}

/** Everything that an answer says, as JSON. */
export function saidIn({ json }: Pick<HttpAnswer, 'json'>): string {
  return JSON.stringify(json) ?? '';
}

/** The URL of the skill, by which a function of the same cloud reaches it. */
export function skillUrlWithin(skillUrl: string, endpoint: string | undefined): string {
  return endpoint === undefined ? skillUrl : `${baseWithin(skillUrl, endpoint)}/open-builder/skill`;
}

/** An emulator's hosts lead nowhere; by its own address it takes an API's id in the path. */
function baseWithin(skillUrl: string, endpoint: string | undefined): string {
  const { origin, hostname } = new URL(skillUrl);
  return endpoint === undefined ? origin : `${endpoint}/_aws/execute-api/${hostname.split('.')[0]}`;
}

/** The gateway as an old smart-chat server: its app URL, by which a function of the same cloud reaches it. */
export function appUrlOf(
  { skillUrl }: { readonly skillUrl: string },
  { secret }: Gateway,
  endpoint: string | undefined,
): string {
  return `${baseWithin(skillUrl, endpoint)}/smart-chat/${encodeURIComponent(secret)}`;
}
