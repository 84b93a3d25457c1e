import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type OperatorNote, operatorHears } from '../../../lambda/bot/operator.ts';
import { smartChatServer } from '../../../lambda/bot/relay/smart-chat-server.ts';
import { CALLBACK_LIVES_MS } from '../../../lambda/turn/time-budget.ts';
import { skillProblems } from '../../kit/kakao-accepts.ts';
import { startLateGateway, until } from '../../kit/late-gateway.ts';
import { startOldServer } from '../../kit/old-server.ts';

const open: { stop(): Promise<void> }[] = [];
const notes: OperatorNote[] = [];
beforeEach(() => {
  notes.length = 0;
  operatorHears(note => notes.push(note));
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

test.each([
  ['again', 2],
  ['at-once', 1],
] as const)(
  "a server that never answers: its user reads the relay's own words in the callback's life, the worker's time over (%s)",
  async (late, asked) => {
    const server = await startOldServer({
      keyboard: { json: { type: 'buttons', buttons: ['처음으로'] } },
      message: 'hangs',
    });
    const gateway = await startLateGateway(smartChatServer({ appUrl: server.url, late }));
    open.push(gateway, server);
    const callbackUrl = gateway.sink.newUrl();
    const { json } = await gateway.skill('someone', '안녕', { callbackUrl });
    expect(json.useCallback).toBe(true);
    await until(() => gateway.sink.postsTo(callbackUrl).length > 0, CALLBACK_LIVES_MS);
    const [post] = gateway.sink.postsTo(callbackUrl);
    expect(skillProblems(post?.json)).toEqual([]);
    expect(JSON.stringify(post?.json)).toContain('지금은 답을 드리지 못했어요');
    // The apology of a rule that failed has no buttons.
    expect(JSON.stringify(post?.json)).toContain('처음으로');
    expect(server.messages()).toHaveLength(asked);
    expect(notes).toContainEqual({
      level: 'error',
      what: 'smart-chat server failed',
      outcome: 'POST /message: silent',
    });
  },
  CALLBACK_LIVES_MS,
);
