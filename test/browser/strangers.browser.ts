import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controls } from './controls.ts';
import { useDesk } from './desk.ts';
import { type StrangeBot, startStrangeBot } from './strange-bot.ts';
import { browser } from './visit.ts';

const MARKUP =
  '<img src=x onerror="window.stolen=1"><script>window.stolen=1</script><b>굵게</b><a href="javascript:window.stolen=1">링크</a>';
const button = { label: '<i>단추</i>', action: 'message', messageText: '네' };

/** An answer whose every text is HTML. */
const HOSTILE = {
  version: '2.0',
  template: {
    outputs: [
      { simpleText: { text: MARKUP } },
      { textCard: { title: '<b>제목</b>', description: MARKUP, buttons: [button] } },
      { listCard: { header: { title: '<u>머리</u>' }, items: [{ title: MARKUP, description: MARKUP }] } },
    ],
    quickReplies: [{ label: '<s>답</s>', action: 'message', messageText: '네' }],
  },
};

/** An answer whose link is a script. */
const SCRIPTED = {
  version: '2.0',
  template: {
    outputs: [
      {
        textCard: {
          title: '제목',
          buttons: [{ label: '밖으로', action: 'webLink', webLinkUrl: 'javascript:window.stolen=1' }],
        },
      },
    ],
  },
};

/** A smart-chat answer of HTML. */
const HOSTILE_MESSAGE = {
  message: { text: MARKUP, message_button: { label: '<i>단추</i>', url: 'https://kakao.example/' } },
  keyboard: { type: 'buttons', buttons: ['<s>답</s>', '네'] },
};

let skill: StrangeBot | undefined;
const desk = useDesk(async () => {
  skill = await startStrangeBot((body, path) => {
    if (path === '/chat/keyboard') return { type: 'buttons', buttons: ['<s>답</s>', '네'] };
    if (path === '/chat/message') return HOSTILE_MESSAGE;
    return JSON.stringify(body).includes('주소') ? SCRIPTED : HOSTILE;
  });
  const skillArgs = ['--skill', `${skill.url}/skill`, '--header', 'x-key: a-secret-of-theirs'];
  return { args: [...skillArgs, '--smart-chat', `${skill.url}/chat`] };
});

afterAll(() => skill?.stop());

describe("a strange bot's answer", () => {
  test('is drawn as text, whatever HTML and scripts stand in it', () =>
    desk.sit({}, async room => {
      await room.says('안녕');
      await room.shows(MARKUP);
      await room.shows('<b>제목</b>');
      await room.page.getByRole('button', { name: '<i>단추</i>' }).waitFor();
      await room.page.getByRole('button', { name: '<s>답</s>' }).waitFor();
      await room.opensExchange('안녕');
      const made = await room.page.evaluate(() => ({
        stolen: 'stolen' in window,
        pictures: [...document.images].map(({ src }) => src).filter(src => !src.startsWith(location.origin)),
        links: [...document.links].map(({ href }) => href).filter(href => !/^https?:/.test(href)),
        tags: document.querySelectorAll('[role=log] :is(b, i, u, s, script)').length,
      }));
      expect(made).toEqual({ stolen: false, pictures: [], links: [], tags: 0 });
    }));

  test('is drawn as text by smart-chat, too, and its buttons are tapped', () =>
    desk.sit({}, async room => {
      await new Controls(room).speaks('스마트채팅');
      await room.says('안녕');
      await room.shows(MARKUP);
      await room.taps('<s>답</s>');
      await room.shows(MARKUP, 2);
      expect(skill?.heard.at(-1)).toMatchObject({ type: 'text', content: '<s>답</s>' });
      expect(await room.page.evaluate(() => 'stolen' in window)).toBe(false);
    }));

  test('has no controls of what the desk does not know of it', () =>
    desk.sit({}, async room => {
      await room.button('대화 지우기').waitFor();
      expect(await room.button('세션 보기').count()).toBe(0);
      expect(await room.page.getByRole('checkbox', { name: 'DynamoDB 중단' }).count()).toBe(0);
      expect(await room.page.getByRole('checkbox', { name: '중복 요청' }).count()).toBe(1);
    }));

  test('leads to no script', () =>
    desk.sit({}, async room => {
      await room.says('주소');
      await room.shows(/webLinkUrl.*javascript:/);
      const links = await room.page.evaluate(() => [...document.links].map(({ protocol }) => protocol));
      expect(links.filter(protocol => protocol !== 'http:')).toEqual([]);
    }));

  test('never shows the value of a header that its developer gave', () =>
    desk.sit({}, async room => {
      await room.says('안녕');
      await room.shows(MARKUP);
      const row = await room.opensExchange('안녕');
      expect(skill?.headers.at(-1)?.['x-key']).toBe('a-secret-of-theirs');
      await row
        .getByText(/^헤더 \d+개$/)
        .first()
        .click();
      await row.getByText('<secret>').first().waitFor();
      expect(await room.page.content()).not.toContain('a-secret-of-theirs');
    }));
});

describe('a page of another origin', () => {
  const page = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<h1>남</h1>'));
  let origin: string;

  beforeAll(async () => {
    await new Promise<void>(resolve => page.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    page.closeAllConnections();
    page.close();
  });

  test('neither reads what the desk tells nor has it do anything', async () => {
    const profile = await (await browser()).newContext();
    try {
      const other = await profile.newPage();
      await other.goto(origin);
      const calls = skill?.heard.length;
      const reached = await other.evaluate(async desk => {
        const readable = async (path: string, options: RequestInit = {}): Promise<string> =>
          fetch(`${desk}${path}`, options).then(
            async answer => `${path} ${answer.status} ${(await answer.text()).slice(0, 40)}`,
            () => '',
          );
        const body = JSON.stringify({ kind: 'says', text: '남의 말' });
        const types = ['application/json', 'text/plain', 'application/x-www-form-urlencoded'];
        const headers = (type: string) => ({ 'content-type': type });
        const read = await Promise.all([
          ...['/', '/desk/feed', '/desk/session', '/desk/export/talk.yaml'].map(path => readable(path)),
          ...types.map(type => readable('/desk/acts', { method: 'POST', headers: headers(type), body })),
          readable('/desk/exchanges', { method: 'DELETE' }),
          readable('/desk/scene', { method: 'PATCH', headers: headers('application/json'), body: '{}' }),
        ]);
        for (const type of types.slice(1)) {
          await fetch(`${desk}/desk/acts`, { method: 'POST', mode: 'no-cors', headers: headers(type), body });
        }
        const feed = await new Promise<string>(resolve => {
          const source = new EventSource(`${desk}/desk/feed`);
          source.onerror = () => resolve('');
          source.onmessage = () => resolve('the feed');
        });
        return [...read, feed].filter(answer => answer !== '');
      }, desk.url);
      expect(reached).toEqual([]);
      expect(desk.feed.exchanges().map(({ said }) => said)).not.toContain('남의 말');
      expect(skill?.heard.length).toBe(calls);
    } finally {
      await profile.close();
    }
  });

  test('holds the desk in no frame', async () => {
    const profile = await (await browser()).newContext();
    try {
      const other = await profile.newPage();
      await other.goto(origin);
      await other.evaluate(desk => {
        const frame = document.createElement('iframe');
        frame.src = desk;
        document.body.append(frame);
      }, desk.url);
      await other.waitForTimeout(500);
      const framed = await Promise.all(
        other
          .frames()
          .slice(1)
          .map(frame => frame.getByRole('log').count()),
      );
      expect(framed).toEqual([0]);
    } finally {
      await profile.close();
    }
  });

  test.each(['kakao.example', '127.0.0.1.kakao.example', 'localhost.kakao.example'])(
    'reaches nothing of the desk by a name of its own for this machine: %s',
    async name => {
      const profile = await (await browser()).newContext();
      try {
        const other = await profile.newPage();
        const { port } = new URL(desk.url);
        for (const path of ['/', '/desk/feed', '/desk/session', '/gallery', '/desk/page.js']) {
          const answer = await other.goto(`http://${name}:${port}${path}`);
          expect({ path, status: answer?.status() }).toEqual({ path, status: 403 });
        }
      } finally {
        await profile.close();
      }
    },
  );
});
