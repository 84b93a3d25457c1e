// A bot that errs in each way that a bot can, by the word that it is told: for either protocol.
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

const UTF8_JSON = 'application/json; charset=utf-8';
const say = (protocol, text) =>
  protocol === 'skill'
    ? { version: '2.0', template: { outputs: [{ simpleText: { text } }] } }
    : { message: { text } };
const later = { version: '2.0', useCallback: true, data: { text: '잠시만요' } };

const send = (response, body, status = 200, headers = {}) => {
  response.writeHead(status, { 'content-type': UTF8_JSON, ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
};
const wait = ms => new Promise(resolve => setTimeout(resolve, ms));
const post = (url, body) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** The word, and the trouble that it makes. */
const TROUBLES = {
  500: ({ response }) => send(response, { error: 'Internal Server Error' }, 500),
  202: ({ response, protocol }) => send(response, say(protocol, '나중에'), 202),
  HTML: ({ response }) => send(response, '<h1>It works!</h1>', 200, { 'content-type': 'text/html' }),
  'JSON as HTML': ({ response, protocol }) =>
    send(response, say(protocol, '글자'), 200, { 'content-type': 'text/html; charset=UTF-8' }),
  'half of JSON': ({ response }) => send(response, '{"version": "2.0", "template"'),
  nothing: ({ response }) => send(response, ''),
  redirect: ({ response }) => send(response, '', 301, { location: '/elsewhere' }),
  hangs: () => {},
  'hangs in the middle': ({ response }) => {
    response.writeHead(200, { 'content-type': UTF8_JSON });
    response.write('{"version":');
  },
  'breaks off': ({ response }) => response.destroy(),
  'a flood': ({ response, protocol }) => send(response, say(protocol, '말'.repeat(3_000_000))),
  'no version': ({ response }) =>
    send(response, { template: { outputs: [{ simpleText: { text: '옛날' } }] } }),
  'a broken card': ({ response }) =>
    send(response, { version: '2.0', template: { outputs: [{ listCard: { header: { title: '목록' } } }] } }),
  'eleven quick replies': ({ response }) => {
    const { version, template } = say('skill', '골라요');
    const quickReplies = Array.from({ length: 11 }, (_, at) => ({ label: `${at}`, action: 'message' }));
    send(response, { version, template: { ...template, quickReplies } });
  },
  'no bubble': ({ response }) => send(response, { message: { text: '' }, keyboard: { type: 'text' } }),
  'a photo of words': ({ response }) =>
    send(response, { message: { photo: { url: 'https://example.com/a.png', width: '640', height: '480' } } }),
  'two callbacks': async ({ response, callbackUrl }) => {
    send(response, later);
    await wait(50);
    await post(callbackUrl, say('skill', '첫째'));
    await post(callbackUrl, say('skill', '둘째'));
  },
  'a late callback': async ({ response, callbackUrl }) => {
    send(response, later);
    await wait(600);
    await post(callbackUrl, say('skill', '늦었어요'));
  },
  'an unasked callback': async ({ response, callbackUrl }) => {
    send(response, say('skill', '바로'));
    await wait(50);
    await post(callbackUrl, say('skill', '또'));
  },
  'a broken callback': async ({ response, callbackUrl }) => {
    send(response, later);
    await wait(50);
    await post(callbackUrl, { version: '2.0', template: { outputs: [] } });
  },
};

createServer(async (request, response) => {
  if (request.url === '/elsewhere') return send(response, say('skill', '따라왔네요'));
  const protocol = request.url === '/skill' ? 'skill' : 'smart-chat';
  if (request.method !== 'POST') return send(response, 'no', request.method === 'GET' ? 404 : 500);
  const { userRequest, content } = await json(request);
  const word = userRequest?.utterance ?? content ?? '';
  const trouble = TROUBLES[word] ?? (() => send(response, say(protocol, word)));
  await trouble({ response, protocol, callbackUrl: userRequest?.callbackUrl });
}).listen(Number(process.env.PORT), '127.0.0.1', function () {
  console.log(this.address().port);
});
