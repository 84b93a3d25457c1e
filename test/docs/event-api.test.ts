import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EVENT_ORIGINS } from '../../lambda/aws/environment.ts';
import { FATES } from '../../lambda/event-api/index.ts';
import { readOptions } from '../../tools/event/options.ts';
import { recipientsIn } from '../../tools/event/read-recipients.ts';
import { openChat } from '../kit/chat.ts';
import { EVENT_BOT, EVENT_KEY, type EventServer, startEventServer } from '../kit/event-server.ts';

const ROOT = join(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/event-api.md'), 'utf8');
const codeOf = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code = '']) => code);

describe('the bot of docs/event-api.md', () => {
  const SECRET_TEXT = 'SECRET_TEXT_KAKAO_REST_API_KEY';
  let kakao: EventServer;

  beforeAll(async () => {
    kakao = await startEventServer({ events: ['order_ready'] });
    process.env[EVENT_ORIGINS] = kakao.origin;
    process.env[SECRET_TEXT] = EVENT_KEY;
  });

  afterAll(async () => {
    delete process.env[EVENT_ORIGINS];
    delete process.env[SECRET_TEXT];
    await kakao.stop();
  });

  test('is one that compiles', () => {
    expect(readFileSync(join(ROOT, 'test/types/event-api.ts'), 'utf8')).toContain(codeOf('ts')[0]);
  });

  test('writes first to the user of its turn, on the channel where they are', async () => {
    const { bot } = await import('../types/event-api.ts');
    const chat = openChat(bot, 'open-builder');
    expect((await chat.says('다 되면 알려 줘')).words).toContain('알림을 보냈어요.');
    expect(kakao.sent).toHaveLength(1);
    expect(kakao.sent[0]).toMatchObject({
      path: `/v2/bots/${EVENT_BOT}/talk`,
      json: {
        event: { name: 'order_ready', data: { order: '딸기 케이크' } },
        user: [{ type: 'botUserKey' }],
      },
    });
    expect(kakao.asked()).toBe(0);
  });
});

describe('docs/event-api.md', () => {
  test('has every fate', () => {
    const [, table = ''] = page.split('| fate |');
    expect([...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, fate]) => fate)).toEqual([...FATES]);
  });

  test('shows a list that the command reads, and command lines that it takes', () => {
    expect(recipientsIn(codeOf('csv')[0] ?? '').list).toEqual([
      { appUserId: '1234567890', properties: { seat: '3A' } },
      { appUserId: '2345678901', properties: { seat: '4B' } },
    ]);
    const lines = codeOf('sh').flatMap(
      code => code.replaceAll('\\\n', '').match(/\bnpm run -s event -- .*/g) ?? [],
    );
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      const args = line.replace('npm run -s event -- ', '').match(/(?:'[^']*'|\S)+/g) ?? [];
      expect(readOptions(args, {}, 'en')).toMatchObject({
        action: 'send',
        name: 'order_ready',
        botId: EVENT_BOT,
      });
    }
  });
});
