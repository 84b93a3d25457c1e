import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { type LocalAws, startLocalAws, useLocalAws } from '../../dev/local-aws.ts';
import { loadHandlers } from '../../dev/local-gateway.ts';
import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import type { HttpHandler } from '../../lambda/aws/http.ts';
import type { HandlerName } from '../../lambda/routes.ts';
import { invoke, SECRET, skillCall, smartChatCall } from '../kit/http.ts';
import { takeStdout } from '../kit/stdout.ts';

let aws: LocalAws;
let handlers: Readonly<Record<HandlerName, HttpHandler>>;

beforeAll(async () => {
  aws = await startLocalAws({ secret: SECRET });
  useLocalAws(aws);
  Object.assign(process.env, {
    [ENVIRONMENT.eventBus]: 'local',
    [ENVIRONMENT.botName]: 'cafe-dev',
    [ENVIRONMENT.eventBusUtterances]: 'true',
  });
  handlers = await loadHandlers();
});
afterAll(async () => {
  for (const name of [ENVIRONMENT.eventBus, ENVIRONMENT.botName, ENVIRONMENT.eventBusUtterances])
    delete process.env[name];
  await aws?.stop();
});
afterEach(() => {
  jest.restoreAllMocks();
});

test('the functions tell the bus that their environment names, as it says, and npm start prints that', async () => {
  const lines = takeStdout();
  await invoke(
    handlers['open-builder'],
    skillCall({ userRequest: { utterance: '메뉴', user: { id: 'me' } } }),
  );
  await invoke(handlers['smart-chat'], smartChatCall('POST', '/friend', { user_key: 'me' }));
  const told = lines.filter(line => line.startsWith('    → ')).map(line => line.slice('    → '.length));
  expect(told.map(line => line.split(' ')[0])).toEqual(['turn.answered', 'user.arrived']);
  const [answered, arrived] = told.map(line => JSON.parse(line.slice(line.indexOf('{'))));
  expect(answered).toMatchObject({ bot: 'cafe-dev', protocol: 'open-builder', utterance: '메뉴' });
  expect(answered).not.toHaveProperty('ids');
  expect(arrived).toMatchObject({ bot: 'cafe-dev', protocol: 'smart-chat', how: 'friend-added' });
  // Who reads the log finds the same person there.
  const logged = lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line));
  expect(logged.map(({ user }) => user)).toEqual([answered.user]);
});
