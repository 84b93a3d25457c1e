import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { rehearse } from '../../lambda/gateway/rehearsal.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import { REHEARSED_CALL as SKILL_CALL } from '../../lambda/open-builder/rehearsal.ts';
import { REHEARSED_CALL as MESSAGE } from '../../lambda/smart-chat/rehearsal.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

describe.each([
  ['Open Builder', () => rehearse(openBuilderHandler, 'POST /open-builder/skill', SKILL_CALL)],
  ['smart-chat', () => rehearse(smartChatHandler, 'POST /smart-chat/{secret}/message', MESSAGE)],
])('a rehearsal of %s', (_, rehearsal) => {
  test('is a whole turn: its card is rendered, and answered', async () => {
    const { statusCode, body } = await rehearsal();
    expect(statusCode).toBe(200);
    expect(body).toContain('https://example.com/rehearsal.png');
    expect(body).toContain('연습');
  });

  test('writes nothing', async () => {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    await rehearsal();
    expect(write).not.toHaveBeenCalled();
  });
});
