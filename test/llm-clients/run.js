import { partsOf, talkRoom } from 'kakao-gateway/llm';

/**
 * @typedef {import('kakao-gateway/llm').Source} Source
 * @typedef {import('kakao-gateway/llm').ChatMessage} ChatMessage
 * @typedef {(call: { url: string, signal: AbortSignal, messages: ChatMessage[] }) => Source} Ask
 * @typedef {object} Client A way to ask a model.
 * @property {'chat' | 'responses' | 'messages' | 'converse' | 'gemini'} api the service's API that it speaks
 * @property {boolean} [http2] whether it speaks HTTP/2
 * @property {boolean} [whole] whether it gives the answer at once
 * @property {boolean} [noTools] whether it was given none
 * @property {boolean} [runsTools] whether it runs the tool itself, and asks again
 * @property {Ask} ask
 */

// Asks every client of a module in each of the ways, and prints how that went.
const [, , module = '', url = '', http2Url = '', ways = '[]'] = process.argv;
const { clients } = await import(`./clients/${module}.js`);

let unhandled = 0;
process.on('unhandledRejection', () => {
  unhandled += 1;
});

const messages = [
  { role: 'user', content: '안녕' },
  { role: 'assistant', content: '네' },
  { role: 'user', content: '라테 두 잔' },
];

async function talk(client, { ask, http2, whole }, { name, abortAfterMs, stopAtFirst, pauseMs }) {
  const aborter = new AbortController();
  const abort = setTimeout(() => aborter.abort(), abortAfterMs ?? 10_000);
  const startedAt = Date.now();
  const parts = [];
  /** @type {object | undefined} */
  let error;
  try {
    const call = {
      url: `${http2 ? http2Url : url}/${encodeURIComponent(client)}/${name}`,
      signal: aborter.signal,
      messages,
    };
    for await (const part of partsOf(ask(call), { signal: aborter.signal })) {
      parts.push(part);
      // As a conversation that has enough of it.
      if (stopAtFirst) break;
      if (pauseMs) await new Promise(resolve => setTimeout(resolve, pauseMs));
    }
    if (stopAtFirst) aborter.abort();
  } catch (thrown) {
    const { name, kind, message } = Object(thrown);
    error = { name, kind, message };
  }
  clearTimeout(abort);
  const tookMs = Date.now() - startedAt;
  // What it left behind would be heard of now.
  await new Promise(resolve => setTimeout(resolve, 30));
  console.log(
    JSON.stringify({ client, way: name, isWhole: whole === true, parts, error, tookMs, unhandled }),
  );
  unhandled = 0;
}

/** What a user reads of a conversation with the client's model: an answer, and the next, which knows the first. */
async function converse(client, { ask, http2, whole }, way) {
  const at = `${http2 ? http2Url : url}/${encodeURIComponent(`${client}, in a conversation`)}/${way}`;
  const enough = { stopWhen: () => way === 'is-left' };
  const room = talkRoom(({ messages, signal }) => ask({ url: at, signal, messages }), {}, enough);
  await room.says('라테 두 잔');
  // Where the service hangs, the rule's time is over soon.
  const [first] = await room.works({ withinMs: way === 'hangs' ? 5_500 : 20_000 });
  const second = way === 'says' ? await room.asks('하나 더') : undefined;
  const usage = await room.usage();
  await new Promise(resolve => setTimeout(resolve, 30));
  console.log(
    JSON.stringify({
      client,
      way,
      isTalk: true,
      isWhole: whole === true,
      words: first?.words,
      second,
      usage,
      unhandled,
    }),
  );
  unhandled = 0;
}

for (const [name, client] of Object.entries(clients)) {
  for (const way of ['says', 'is-cut', 'is-busy', 'hangs', 'is-left']) {
    if (client.runsTools || (client.whole && way === 'is-left')) continue;
    await converse(name, client, way);
  }
  for (const way of JSON.parse(ways)) {
    if ((way.name === 'lets-tool-run') !== (client.runsTools === true)) continue;
    if (way.name === 'asks-for-tool' && client.noTools) continue;
    if (/^(tells-error|is-left)$/.test(way.name) && client.whole) continue;
    await talk(name, client, way);
  }
}
process.exit();
