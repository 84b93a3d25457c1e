import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { gatewaySecret, hashesBy } from '../../lambda/aws/gateway-secret.ts';
import type { LogEntry } from '../../lambda/aws/log.ts';
import { lettersOf } from '../../lambda/aws/word-hash.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import type { GroupReply, Reply } from '../../lambda/bot/reply.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { saidBy } from '../../tools/trace/said.ts';
import { type Answered, type Call, invoke, SECRET, skillCall, smartChatCall } from '../kit/http.ts';
import { runs } from '../kit/property.ts';
import { anyReply } from '../kit/replies.ts';
import { secretClient } from '../kit/secret-client.ts';

let next: Reply | GroupReply = { outputs: [{ simpleText: { text: '네' } }] };
const bot = new Bot({ session: () => ({}) }).fallback(() => next);

/** The answer to a call, and the `bubbles` of its line. */
function talkTo(makeHandler: typeof openBuilderHandler | typeof smartChatHandler) {
  const lines: LogEntry[] = [];
  const handler = makeHandler({
    bot,
    store: new MemorySessionStore(),
    secret: gatewaySecret(secretClient({ AWSCURRENT: SECRET }), 'gateway-secret'),
    log: entry => lines.push(entry),
  });
  return async (call: Call): Promise<{ json: Answered['json']; bubbles: string }> => {
    lines.length = 0;
    const { json } = await invoke(handler, call);
    return { json, bubbles: lines.find(({ outcome }) => outcome === 'answered')?.bubbles ?? '' };
  };
}

interface Shown {
  readonly [member: string]: {
    readonly text?: string;
    readonly title?: string;
    readonly description?: string;
    readonly header?: { readonly title?: string };
    readonly items?: readonly { readonly title?: string }[];
  };
}

/** The words of a bubble, as somebody types them who has a picture of it; empty where it has none, or is no text and no card of title and description. */
function typedFrom(output: Shown): string {
  const [[name, card] = []] = Object.entries(output);
  if (card === undefined || !/^(simpleText|textCard|basicCard|commerceCard)$/.test(name ?? '')) return '';
  return `${card.text ?? ''}${card.title ?? ''}\n\n${card.description ?? ''}`.replace(/\s+/g, ' \n');
}

/** How the words are found in a line, by the secret that Secrets Manager holds. */
const likeness = (words: string, bubbles: string) =>
  saidBy(words, ['an older key', hashesBy(SECRET).wordsKey]).likeness(bubbles);

/** As much of the words as has so many letters and digits, and is not all of them. */
function beginningOf(words: string): string | undefined {
  // Nobody types half of a letter.
  let beginning = '';
  for (const { segment } of new Intl.Segmenter('ko').segment(words.slice(0, 200))) {
    if (lettersOf(beginning).length >= 12) return beginning;
    beginning += segment;
  }
  return undefined;
}

function expectFound(words: string, bubbles: string): void {
  if (lettersOf(words) === '') return;
  expect([words, likeness(words, bubbles)]).toEqual([words, 'whole']);
  const beginning = beginningOf(words);
  if (beginning !== undefined) expect(likeness(beginning, bubbles)).toBeDefined();
}

test('words that a skill showed are found by whoever reads them, whole or from their beginning', async () => {
  const talk = talkTo(openBuilderHandler);
  const call = skillCall({ bot: { id: 'b' }, userRequest: { utterance: '말', user: { id: 'u' } } });
  await fc.assert(
    fc.asyncProperty(anyReply(), async reply => {
      next = reply;
      const { json, bubbles } = await talk(call);
      const outputs: Shown[] = json.template?.outputs ?? [];
      // A carousel takes the place of several bubbles.
      const cards = outputs.findIndex(output => 'carousel' in output);
      for (const output of outputs.slice(0, cards < 0 ? 3 : cards)) expectFound(typedFrom(output), bubbles);
    }),
    runs(400),
  );
});

test('words that smart-chat showed are, too, which has cards as text', async () => {
  const talk = talkTo(smartChatHandler);
  await fc.assert(
    fc.asyncProperty(anyReply(), async reply => {
      next = reply;
      const { json, bubbles } = await talk(
        smartChatCall('POST', '/message', { user_key: 'u', type: 'text', content: '말' }),
      );
      expectFound((json.message.text ?? '').replace(/\s+/g, '  '), bubbles);
    }),
    runs(400),
  );
});

test('cards of a carousel, lists and cards of facts are found by what is read first', async () => {
  const talk = talkTo(openBuilderHandler);
  const call = skillCall({ bot: { id: 'b' }, userRequest: { utterance: '말', user: { id: 'u' } } });
  next = {
    outputs: [
      {
        carousel: {
          type: 'textCard',
          items: [
            { title: '시즌 음료 세 가지', description: '딸기 라떼부터 만나 보세요' },
            { title: '둘째 카드입니다', description: '복숭아 아이스티' },
          ],
        },
      },
      {
        listCard: {
          header: { title: '오늘의 메뉴' },
          items: [{ title: '아메리카노', description: '4,500원' }],
        },
      },
    ],
  };
  const { bubbles } = await talk(call);
  expect(likeness('시즌 음료 세 가지 딸기 라떼부터', bubbles)).toBe('beginning');
  expect(likeness('둘째 카드입니다\n복숭아 아이스티', bubbles)).toBe('whole');
  expect(likeness('오늘의 메뉴\n아메리카노\n4,500원', bubbles)).toBe('whole');
  expect(likeness('내일의 메뉴\n아메리카노\n4,500원', bubbles)).toBeUndefined();
});

test('in a group room are found without the name of who is mentioned, and without where a link leads', async () => {
  const talk = talkTo(openBuilderHandler);
  const chat = { id: 'room', type: 'botGroupKey', properties: { botGroupKey: 'room' } };
  const call = skillCall({ bot: { id: 'b' }, userRequest: { utterance: '말', user: { id: 'u' }, chat } });
  const text =
    '{{#mentions.who}} 님, [메뉴판](https://cafe.example/menu)에서 **골라** 주세요. 오늘은 라떼가 좋아요.';
  next = {
    outputs: [{ simpleText: { text, extra: { markdown: true } } }],
    mentions: [{ name: 'who', botUserKey: 'u' }],
  };
  const { json, bubbles } = await talk(call);
  expect(json.template.outputs[0].simpleText.text).toBe(text);
  expect(likeness('님, 메뉴판에서 골라 주세요. 오늘은 라떼가 좋아요.', bubbles)).toBe('whole');
  expect(likeness('님, 메뉴판에서 골라 주세요. 오늘은', bubbles)).toBe('beginning');
});

test('are those of the first bubbles that have any: pictures before them take no place', async () => {
  const talk = talkTo(openBuilderHandler);
  const call = skillCall({ bot: { id: 'b' }, userRequest: { utterance: '말', user: { id: 'u' } } });
  const picture = { thumbnail: { imageUrl: 'https://cafe.example/1.png' } };
  next = {
    outputs: [
      { carousel: { type: 'basicCard', items: [picture, picture, picture] } },
      { simpleText: { text: '매장 사진이에요' } },
    ],
  };
  const { json, bubbles } = await talk(call);
  expect(json.template.outputs).toHaveLength(2);
  expect(likeness('매장 사진이에요', bubbles)).toBe('whole');
});
