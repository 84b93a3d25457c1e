import type { IncomingMessage, ServerResponse } from 'node:http';
import { toldOfAnswer } from '../../tools/kakao-simulator/judge.ts';
import { isOfThisMachine } from '../../tools/local-server.ts';
import { curlOf } from './curl.ts';
import type { Desk } from './desk.ts';
import { type PageFiles, pageFiles } from './page-files.ts';
import { Photos } from './photos.ts';
import { readAct, readAnswerToCheck } from './read-act.ts';
import { RefusalError } from './refusal.ts';
import {
  beginSafely,
  readBytes,
  readJsonBody,
  sendBytes,
  sendJson,
  sendPageFile,
  sendText,
} from './responses.ts';
import { readPatch } from './stage.ts';

/** Serves a request that is the desk's; false where it is none. */
export type DeskListener = (request: IncomingMessage, response: ServerResponse) => boolean;

const MAX_JSON_BYTES = 64 * 1024;
/** Of an answer that is longer than any that Kakao takes, its limits can be told. */
const MAX_ANSWER_BYTES = 256 * 1024;
const MAX_PHOTO_BYTES = 10 * 1024 * 1024;

/** A request with what serves it. */
interface Call {
  readonly desk: Desk;
  readonly files: () => Promise<PageFiles>;
  readonly photos: Photos;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** The last part of the path, where a route ends with `*`. */
  readonly rest: string;
}

const ROUTES: Readonly<Record<string, (call: Call) => Promise<void> | void>> = {
  'GET /': sendPage,
  'GET /gallery': sendPage,
  'GET /desk/page.js': async ({ request, response, files }) =>
    sendPageFile(request, response, (await files())['page.js']),
  'GET /desk/page.css': async ({ request, response, files }) =>
    sendPageFile(request, response, (await files())['page.css']),
  'GET /desk/feed': ({ desk, response }) => desk.feed.attach(response, desk.everything()),
  'POST /desk/acts': async ({ desk, request, response }) => {
    await desk.act(readAct(await readJsonBody(request, MAX_JSON_BYTES)));
    sendJson(response, 202, {});
  },
  'PATCH /desk/scene': async ({ desk, request, response }) => {
    await desk.patch(readPatch(await readJsonBody(request, MAX_JSON_BYTES)));
    sendJson(response, 200, {});
  },
  'POST /desk/checks': async ({ request, response }) => {
    const { answer, protocol, room } = readAnswerToCheck(await readJsonBody(request, MAX_ANSWER_BYTES));
    sendJson(response, 200, { violations: toldOfAnswer(answer, protocol, room) });
  },
  'GET /desk/session': async ({ desk, response }) => sendJson(response, 200, await desk.readSession()),
  'DELETE /desk/session': async ({ desk, response }) => {
    await desk.forgetSession();
    sendJson(response, 200, {});
  },
  'DELETE /desk/exchanges': ({ desk, response }) => {
    desk.clear();
    sendJson(response, 200, {});
  },
  'POST /desk/photos': async ({ photos, request, response, url }) => {
    const bytes = await readBytes(request, MAX_PHOTO_BYTES);
    const name = photos.add(request.headers['content-type'] ?? '', bytes);
    sendJson(response, 201, { url: `${url.origin}/desk/photos/${name}` });
  },
  'GET /desk/photos/*': ({ photos, response, rest }) => {
    const photo = photos.get(rest);
    if (photo === undefined) throw NOTHING_HERE;
    sendBytes(response, 200, photo.type, photo.bytes);
  },
  'GET /desk/curl/*': ({ desk, response, rest }) => {
    const exchange = desk.exchanges.find(({ id }) => id === rest);
    if (exchange === undefined) throw NOTHING_HERE;
    sendText(response, curlOf(exchange, desk.bot.gateway?.secretInShell));
  },
  'GET /desk/export/talk.yaml': async ({ desk, response }) => {
    const { exportTalk } = await import('../../tools/play/export.ts');
    sendText(response, exportTalk(desk.exchanges), 'talk.yaml');
  },
  'GET /desk/export/talk.test.ts': async ({ desk, response }) => {
    const { exportJest } = await import('../../tools/play/export.ts');
    sendText(response, exportJest(desk.exchanges), 'talk.test.ts');
  },
};

const NOTHING_HERE = new RefusalError(
  { en: 'the desk has nothing here', ko: '여기에는 아무것도 없습니다' },
  404,
);

/** Whether a request means the desk: none of the gateway's routes does. */
export function isForDesk(method: string, path: string): boolean {
  return path.startsWith('/desk/') || ((path === '/' || path === '/gallery') && /^(GET|HEAD)$/.test(method));
}

/**
 * Serves a desk to this machine alone: by a tunnel's name nobody reaches it.
 * @param started the desk, which requests wait for
 * @param page the folder of its page
 */
export function serveDesk(started: Promise<Desk>, page: string): DeskListener {
  const files = pageFiles(page);
  const photos = new Photos();
  const serve = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const { route, rest } = routeOf(request.method ?? 'GET', url.pathname);
    if (route === undefined) throw NOTHING_HERE;
    await route({ desk: await started, files, photos, request, response, url, rest });
  };
  return (request, response) => {
    const url = new URL(`http://${request.headers.host}${request.url}`);
    if (!isOfThisMachine(request) || !isForDesk(request.method ?? 'GET', url.pathname)) return false;
    beginSafely(response);
    serve(request, response, url).catch(error => refuse(response, error));
    return true;
  };
}

function routeOf(
  method: string,
  path: string,
): { route?: (typeof ROUTES)[string] | undefined; rest: string } {
  const key = `${method === 'HEAD' ? 'GET' : method} ${path}`;
  const [, before = '', rest = ''] = /^(.*\/)([^/]+)$/.exec(key) ?? [];
  const name = [key, `${before}*`].find(one => Object.hasOwn(ROUTES, one));
  return { route: name === undefined ? undefined : ROUTES[name], rest };
}

async function sendPage({ request, response, files, url }: Call): Promise<void> {
  sendPageFile(request, response, (await files()).page, url.searchParams.get('images') === '1');
}

function refuse(response: ServerResponse, error: unknown): void {
  // A caller who hangs up in the middle of a body is nobody's fault here.
  if (response.destroyed || response.headersSent) response.destroy();
  else if (error instanceof RefusalError) sendJson(response, error.status, { says: error.says });
  else {
    console.error(error);
    const why = error instanceof Error ? error.message : String(error);
    const says = { en: `the desk has failed: ${why}`, ko: `데스크에서 오류가 났습니다: ${why}` };
    sendJson(response, 500, { says });
  }
}
