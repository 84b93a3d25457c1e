import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { type AnswersOptions, type ChatMessage, pictureBytes } from '../../lambda/llm/index.ts';
import { turnOf } from '../kit/turns.ts';
import { streaming } from './models.ts';
import { type Guest, talkRoom } from './talk-room.ts';

const PHOTO = 'http://dn-m.talk.kakao.com/talkm/a/b/i_0.jpg';
const SECURE = 'https://secure.kakaocdn.net/dna/a?credential=c&expires=1700000000';
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

/** A room whose model sees pictures, and what it was told. */
function gallery(answers: AnswersOptions<Guest> = {}) {
  const told: ChatMessage[][] = [];
  const room = talkRoom(
    ({ messages }) => {
      told.push(messages);
      return '고양이네요.';
    },
    {},
    answers,
  );
  return {
    ...{ room, told },
    async sends(url: string, media: 'photo' | 'video' = 'photo') {
      await room.send(turnOf({ kind: 'media', media, url }));
      await room.works();
      return told.at(-1)?.at(-1)?.content;
    },
  };
}

afterEach(() => {
  jest.restoreAllMocks();
});

/** Answers every fetch, and notes which came. */
function fetching(answer: (url: string) => Response | Promise<Response>) {
  const asked: { url: string; redirect: unknown }[] = [];
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (url, { redirect, signal } = {}) => {
    asked.push({ url: String(url), redirect });
    expect(signal).toBeInstanceOf(AbortSignal);
    return answer(String(url));
  });
  return asked;
}

const png = (body: string | Uint8Array<ArrayBuffer> = PNG, type = 'image/png'): Response =>
  new Response(body, { headers: { 'content-type': type } });

describe('a photo of the user', () => {
  test('is not asked about again by words alone, where the answer was cut off', async () => {
    const room = talkRoom(() => streaming(['사진 속 고양이는'], { input: 1, output: 1 }, 'length'));
    await room.send(turnOf({ kind: 'media', media: 'photo', url: PHOTO }));
    const [photo] = await room.works();
    expect(photo).toEqual({ words: '사진 속 고양이는\n(답이 여기서 끊겼어요.)', quickReplies: [] });
    await room.says('고양이가 뭐예요?');
    const [words] = await room.works();
    expect(words?.quickReplies).toMatchObject([{ label: '다시 물어보기', messageText: '고양이가 뭐예요?' }]);
  });

  test('reaches the model as a URL, and stays in the history as a word', async () => {
    const asked = fetching(() => png());
    const { sends, room, told } = gallery();
    expect(await sends(PHOTO)).toEqual([
      { type: 'text', text: '(사진)' },
      { type: 'image', image: new URL(PHOTO) },
    ]);
    expect(asked).toEqual([]);
    await room.asks('무슨 색이에요?');
    expect(told.at(-1)).toEqual([
      { role: 'user', content: '(사진)' },
      { role: 'assistant', content: '고양이네요.' },
      { role: 'user', content: '무슨 색이에요?' },
    ]);
    expect(JSON.stringify(await room.talk())).not.toContain('kakao');
  });

  test('by 이미지 보안전송 comes with what was said', async () => {
    const { room, told } = gallery();
    const value = JSON.stringify({ privacyAgreement: 'Y', secureUrls: `List(${SECURE}, ${SECURE}2)` });
    const said = turnOf({ kind: 'utterance', text: '전송', extra: {} });
    const params = { 사진: { value }, 페이지: { value: 'https://example.com/page' } };
    await room.send({ ...said, params });
    await room.works();
    expect(told[0]?.[0]?.content).toEqual([
      { type: 'text', text: '전송 (사진)' },
      { type: 'image', image: new URL(SECURE) },
      { type: 'image', image: new URL(`${SECURE}2`) },
    ]);
  });

  test('is one of four at most', async () => {
    const { room, told } = gallery();
    const value = JSON.stringify({ secureUrls: Array.from({ length: 9 }, (_, at) => `${SECURE}${at}`) });
    await room.send({ ...turnOf({ kind: 'utterance', text: '', extra: {} }), params: { 사진: { value } } });
    await room.works();
    expect(told[0]?.[0]?.content).toHaveLength(1 + 4);
  });

  test('counts for what a model takes of a picture', async () => {
    const { room } = gallery();
    await room.send(turnOf({ kind: 'media', media: 'photo', url: PHOTO }));
    expect((await room.talk()).day?.held[0]?.input).toBeGreaterThan(1_600);
    await room.works();
    expect(room.counted().LlmInputTokens).toBeGreaterThan(1_600);
  });
});

describe('a photo whose bytes are fetched', () => {
  test('comes from a host of Kakao by https, without redirects', async () => {
    const asked = fetching(() => png());
    const { sends } = gallery({ pictures: pictureBytes });
    expect(await sends(PHOTO)).toEqual([
      { type: 'text', text: '(사진)' },
      { type: 'image', image: PNG, mediaType: 'image/png' },
    ]);
    expect(asked).toEqual([{ url: PHOTO.replace('http:', 'https:'), redirect: 'error' }]);
  });

  test.each([
    'https://example.com/a.jpg',
    'https://kakaocdn.net.example.com/a.jpg',
    'https://evilkakaocdn.net/a.jpg',
    'https://169.254.169.254/latest',
    'https://dn-m.talk.kakao.com:8443/a.jpg',
    'https://user@example.com/t1.kakaocdn.net',
  ])('is never fetched from elsewhere: %s', async url => {
    const asked = fetching(() => png());
    const { sends, room } = gallery({ pictures: pictureBytes });
    expect(await sends(url)).toEqual([
      { type: 'text', text: '(사진)' },
      { type: 'text', text: '(사진을 읽지 못했다.)' },
    ]);
    expect(asked).toEqual([]);
    expect(room.notes[0]).toEqual({ level: 'warn', what: 'picture not read', outcome: 'left out' });
  });

  test.each<[string, () => Response | Promise<Response>]>([
    ['no picture', () => png('<html>', 'text/html')],
    ['a vector, which may hold scripts', () => png('<svg/>', 'image/svg+xml')],
    ['gone', () => new Response('', { status: 404, headers: { 'content-type': 'image/png' } })],
    ['too large', () => png(Buffer.alloc(3_750_001))],
    ['led elsewhere', () => Promise.reject(new TypeError('redirect'))],
  ])('is left out where it is %s', async (_, answer) => {
    fetching(answer);
    const { sends } = gallery({ pictures: pictureBytes });
    expect(await sends(PHOTO)).toEqual([
      { type: 'text', text: '(사진)' },
      { type: 'text', text: '(사진을 읽지 못했다.)' },
    ]);
  });
});
