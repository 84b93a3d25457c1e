import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { type LocalAws, startLocalAws, useLocalAws } from '../../dev/local-aws.ts';
import { loadHandlers, startLocalGateway } from '../../dev/local-gateway.ts';
import { ADMIN_KEY as ADMIN_KEY_VARIABLE, ENVIRONMENT } from '../../lambda/aws/environment.ts';
import type { LocalServer } from '../../tools/local-server.ts';
import { ADMIN_KEY, SECRET } from '../kit/http.ts';
import { takeStdout } from '../kit/stdout.ts';

let aws: LocalAws;
let gateway: LocalServer;

beforeAll(async () => {
  process.env[ADMIN_KEY_VARIABLE] = ADMIN_KEY;
  aws = await startLocalAws({ secret: SECRET });
  useLocalAws(aws);
  gateway = await startLocalGateway(await loadHandlers(), {});
});

afterAll(async () => {
  jest.restoreAllMocks();
  delete process.env[ADMIN_KEY_VARIABLE];
  delete process.env[ENVIRONMENT.keepsAliases];
  await Promise.all([gateway?.stop(), aws?.stop()]);
});

beforeEach(() => {
  takeStdout();
});

const authorization = `KakaoAK ${ADMIN_KEY}`;

async function items(): Promise<readonly unknown[]> {
  const client = new DynamoDBClient({});
  const { Items = [] } = await client.send(new ScanCommand({ TableName: process.env.SESSIONS_TABLE }));
  client.destroy();
  return Items;
}

/** Says something as a user whom the app knows; it changes the café's cart. */
async function says(appUserId: string): Promise<void> {
  const properties = { plusfriendUserKey: `key of ${appUserId}`, appUserId };
  const body = { bot: { id: 'b' }, userRequest: { utterance: '담기 라떼', user: { id: 'b', properties } } };
  const { status } = await fetch(`${gateway.url}/open-builder/skill`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-gateway-secret': SECRET },
    body: JSON.stringify(body),
  });
  expect(status).toBe(200);
}

test('on this machine, with the admin key, an unlink erases who spoke to the café: as a form, and as a query', async () => {
  const fields = new URLSearchParams({ app_id: '1', user_id: '77', referrer_type: 'ACCOUNT_DELETE' });
  const url = `${gateway.url}/webhooks/unlink`;
  for (const calls of [
    () => fetch(url, { method: 'POST', headers: { authorization }, body: fields }),
    () => fetch(`${url}?${fields}`, { headers: { authorization } }),
  ]) {
    await says('77');
    expect(await items()).toHaveLength(2);
    const answered = await calls();
    expect([answered.status, await answered.json()]).toEqual([200, {}]);
    expect(await items()).toEqual([]);
  }
});

test('on this machine, with the admin key, a user who blocks the channel is forgotten there', async () => {
  await says('78');
  const webhook = (key: string, id_type = 'app_user_id') =>
    fetch(`${gateway.url}/webhooks/channel`, {
      method: 'POST',
      headers: { authorization: `KakaoAK ${key}`, 'content-type': 'application/json;charset=UTF-8' },
      body: JSON.stringify({ event: 'blocked', id: '78', id_type, channel_public_id: '_ZeUTxl' }),
    });
  expect((await webhook('another')).status).toBe(401);
  expect(await items()).toHaveLength(2);
  expect((await webhook(ADMIN_KEY)).status).toBe(200);
  // The alias of who may come back is left.
  expect(await items()).toMatchObject([{ userKey: { S: 'app/78' } }]);
});
