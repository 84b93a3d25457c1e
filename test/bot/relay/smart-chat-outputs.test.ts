import { beforeEach, describe, expect, test } from '@jest/globals';
import { operatorHears } from '../../../lambda/bot/operator.ts';
import { outputsOf } from '../../../lambda/bot/relay/smart-chat-outputs.ts';
import { smartChatServer } from '../../../lambda/bot/relay/smart-chat-server.ts';
import type { OldAnswer } from '../../../lambda/bot/relay/smart-chat-wire.ts';
import { parseSkillRequest } from '../../../lambda/open-builder/parse.ts';
import { openBuilder } from '../../../lambda/open-builder/protocol.ts';
import { parseMessage } from '../../../lambda/smart-chat/parse.ts';
import { MemorySessionStore } from '../../../lambda/turn/session.ts';
import { skillProblems } from '../../kit/kakao-accepts.ts';
import { startOldServer } from '../../kit/old-server.ts';
import { samplesOf } from '../../kit/samples.ts';
import { takeBody } from '../../kit/turns.ts';

beforeEach(() => operatorHears(() => {}));

const PAIRS = samplesOf('smart-chat').filter(({ name }) => name.startsWith('pair-'));
const REQUEST = samplesOf('smart-chat').find(({ name }) => name === 'ob-request-v2-text')?.json.body;

describe('the pairs of the samples, from smart-chat to Open Builder', () => {
  test.each(PAIRS.filter(({ json }) => json.smartchat.message))('$name', async ({ name, json }) => {
    const server = await startOldServer({ message: { json: json.smartchat } });
    const bot = smartChatServer({ appUrl: server.url });
    const { answer } = await takeBody({ bot, store: new MemorySessionStore() }, openBuilder, REQUEST);
    await server.stop();
    const { template } = answer as unknown as { template: { outputs: unknown; quickReplies: unknown } };
    expect(skillProblems(answer)).toEqual([]);
    const { message, keyboard } = json.smartchat;
    if (name.endsWith('degraded')) {
      // What was lost on the way there does not come back: all that is left is shown.
      expect(JSON.stringify(template.outputs)).toContain(JSON.stringify(message.text).slice(1, -1));
      expect(JSON.stringify(template.outputs)).toContain(message.photo.url);
      const { label, url } = message.message_button ?? { label: '', url: '' };
      expect(JSON.stringify(template.outputs)).toContain(label);
      expect(JSON.stringify(template.outputs)).toContain(url);
      expect(template.quickReplies).toMatchObject(
        keyboard.buttons.map((words: string) => ({ action: 'message', messageText: words })),
      );
    } else expect(template).toEqual(json.openbuilder.template);
  });

  test('pair-inbound-photo: what Open Builder tells of a picture is told as Kakao told it', async () => {
    const { smartchat, openbuilder } = PAIRS.find(({ name }) => name === 'pair-inbound-photo')?.json ?? {};
    const server = await startOldServer({ message: { json: { message: { text: '멋진 사진이네요' } } } });
    const bot = smartChatServer({ appUrl: server.url });
    await takeBody({ bot, store: new MemorySessionStore() }, openBuilder, {
      bot: { id: 'b' },
      ...openbuilder,
    });
    await server.stop();
    const { plusfriendUserKey: user_key } = openbuilder.userRequest.user.properties;
    expect(server.messages()).toEqual([{ ...smartchat, user_key }]);
  });

  test('pair-inbound-photo: what both tell of a picture is the same to a bot', () => {
    const { smartchat, openbuilder } = PAIRS.find(({ name }) => name === 'pair-inbound-photo')?.json ?? {};
    const incoming = { kind: 'media', media: 'photo', url: smartchat.content };
    expect(parseMessage(smartchat, 'id').incoming).toEqual(incoming);
    const call = parseSkillRequest(openbuilder, { id: 'id', mayRepeat: false });
    expect(call).toMatchObject({ kind: 'turn', turn: { incoming } });
  });
});

const PHOTO = 'https://img.example.com/a.png';
const link = { label: '지도 보기', url: 'https://map.example.com/?q=a' };
const tap = { label: '지도 보기', action: 'webLink', webLinkUrl: link.url };
const text = (words: string) => ({ simpleText: { text: words } });
const long = (length: number): string => '가'.repeat(length);

describe('a bubble of an old server', () => {
  test.each<[string, OldAnswer, unknown]>([
    ['a text', { text: '네' }, [text('네')]],
    ['a text longer than a bubble', { text: long(1_001) }, [text(long(1_001))]],
    ['a link', { link }, [{ textCard: { title: '지도 보기', buttons: [tap] } }]],
    ['a text and a link', { text: '네', link }, [{ textCard: { description: '네', buttons: [tap] } }]],
    [
      'a text that a card just holds',
      { text: long(400), link },
      [{ textCard: { description: long(400), buttons: [tap] } }],
    ],
    [
      'a text that no card holds',
      { text: long(401), link },
      [text(long(401)), { textCard: { title: '지도 보기', buttons: [tap] } }],
    ],
    ['a photo', { photo: PHOTO }, [{ simpleImage: { imageUrl: PHOTO, altText: '사진' } }]],
    [
      'a photo with a space in its URL',
      { photo: `${PHOTO} 1` },
      [{ simpleImage: { imageUrl: `${PHOTO}%201`, altText: '사진' } }],
    ],
    [
      'a photo and a link',
      { photo: PHOTO, link },
      [{ basicCard: { thumbnail: { imageUrl: PHOTO }, buttons: [tap] } }],
    ],
    [
      'a text and a photo',
      { text: long(230), photo: PHOTO },
      [{ basicCard: { description: long(230), thumbnail: { imageUrl: PHOTO } } }],
    ],
    [
      'a long text and a photo',
      { text: long(231), photo: PHOTO },
      [text(long(231)), { simpleImage: { imageUrl: PHOTO, altText: long(50) } }],
    ],
    [
      'all three',
      { text: long(230), photo: PHOTO, link },
      [{ basicCard: { description: long(230), thumbnail: { imageUrl: PHOTO }, buttons: [tap] } }],
    ],
    [
      'all three, the text long',
      { text: long(231), photo: PHOTO, link },
      [text(long(231)), { basicCard: { thumbnail: { imageUrl: PHOTO }, buttons: [tap] } }],
    ],
    [
      'a link of many words',
      { text: '네', link: { ...link, label: '오시는 길을 지도에서 자세히 보기' } },
      [
        {
          textCard: { description: '네', buttons: [{ ...tap, label: '오시는 길을 지도에서 자…' }] },
        },
      ],
    ],
    [
      'a telephone number',
      { text: '네', link: { label: '전화', url: 'tel:02-123-4567' } },
      [
        {
          textCard: {
            description: '네',
            buttons: [{ label: '전화', action: 'phone', phoneNumber: '02-123-4567' }],
          },
        },
      ],
    ],
    ...(['mailto:a@example.com', 'kakaomap://open', 'tel:', 'javascript:alert(1)', '/relative'] as const).map(
      (url): [string, OldAnswer, unknown] => [
        `a link to ${url}, which no Kakao button opens`,
        { text: '네', link: { label: '열기', url } },
        [text(`네\n\n열기: ${url}`)],
      ],
    ),
    ['nothing but buttons', { buttons: ['가'] }, undefined],
  ])('of %s', (_, answer, outputs) => {
    expect(outputsOf(answer)).toEqual(outputs);
  });
});
