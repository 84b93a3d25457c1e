import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { npmStart } from '../kit/npm-start.ts';

const BOT = `import { Bot, roomSession } from 'kakao-gateway/bot';

const vote = roomSession({ name: 'vote', initial: () => ({ yes: 0 }) });

export const bot = new Bot().fallback(async turn => {
  const { yes } = await vote.change(turn, state => {
    state.yes += 1;
  });
  return \`찬성 \${yes}\`;
});
`;

test('npm start keeps what a room shares, beyond a restart, until the bot leaves the room', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'room-sessions-'));
  writeFileSync(join(folder, 'vote.ts'), BOT);
  const start = () => npmStart({}, { folder, args: ['vote.ts'] });
  let gateway = await start();
  const skill = async (body: unknown) => {
    const secret = { 'x-gateway-secret': 'local-secret' };
    const { json } = await gateway.call('POST', '/open-builder/skill', body, secret);
    return json.template.outputs[0]?.simpleText.text;
  };
  const votes = (user: string) =>
    skill({
      bot: { id: 'b' },
      userRequest: { utterance: '찬성', user: { id: user }, chat: { id: 'g', type: 'botGroupKey' } },
    });
  try {
    expect(await votes('one')).toBe('찬성 1');
    expect(await votes('other')).toBe('찬성 2');
    await gateway.interrupt();
    gateway = await start();
    expect(await votes('one')).toBe('찬성 3');
    await skill({ botId: 'b', type: 'leave', group: { botGroupKey: 'g' } });
    expect(await votes('one')).toBe('찬성 1');
  } finally {
    await gateway.interrupt();
    rmSync(folder, { recursive: true });
  }
}, 120_000);
