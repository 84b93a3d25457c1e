import type { Sentence } from '../../../tools/language.ts';
import type { Act, AnswerToCheck, Exchange, ScenePatch } from '../desk-api.ts';
import { texts } from './texts.ts';

/** Why something was not done; absent where it was. */
export type Refused = Sentence | undefined;

/** Lets the user of the scene do something. */
export const sendAct = (act: Act): Promise<Refused> => call('POST', '/desk/acts', act);

/** Changes the scene or the world. */
export const changeScene = (patch: ScenePatch): Promise<Refused> => call('PATCH', '/desk/scene', patch);

/** Lets the bot forget the user of the scene. */
export const forgetSession = (): Promise<Refused> => call('DELETE', '/desk/session');

/** Empties the room. */
export const clearRoom = (): Promise<Refused> => call('DELETE', '/desk/exchanges');

/** The session of the scene's user; `null` where there is none. */
export async function readSession(): Promise<{ readonly session: unknown } | { readonly says: Sentence }> {
  const received = await ask('/desk/session', {});
  if (!received?.ok) return { says: await reasonOf(received) };
  const session: unknown = await received.json();
  return { session };
}

/** The limits of Kakao's that an answer breaks, which nobody sent. */
export async function checkAnswer(
  asked: AnswerToCheck,
): Promise<{ readonly violations: Exchange['violations'] } | { readonly says: Sentence }> {
  const received = await ask('/desk/checks', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(asked),
  });
  if (!received?.ok) return { says: await reasonOf(received) };
  const checked: { readonly violations: Exchange['violations'] } = await received.json();
  return checked;
}

/** An exchange's request as a line for a shell. */
export async function readCurl(id: string): Promise<string | undefined> {
  const received = await ask(`/desk/curl/${encodeURIComponent(id)}`, {});
  return received?.ok ? received.text() : undefined;
}

/** Lays a picture where bots find it. */
export async function keepPhoto(file: Blob): Promise<{ readonly url: string } | { readonly says: Sentence }> {
  const received = await ask('/desk/photos', {
    method: 'POST',
    headers: { 'content-type': file.type },
    body: file,
  });
  if (!received?.ok) return { says: await reasonOf(received) };
  const kept: { readonly url: string } = await received.json();
  return kept;
}

async function call(method: string, path: string, body?: unknown): Promise<Refused> {
  const received = await ask(path, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  return received?.ok ? undefined : reasonOf(received);
}

/** Undefined where the desk can't be reached. */
const ask = (path: string, init: RequestInit): Promise<Response | undefined> =>
  fetch(path, init).catch(() => undefined);

async function reasonOf(received: Response | undefined): Promise<Sentence> {
  if (received === undefined) return texts.deskUnreachable;
  const body: { readonly says?: Sentence } | undefined = await received.json().catch(() => undefined);
  return body?.says ?? texts.deskFailed(received.status);
}
