import { expect, test } from '@jest/globals';
import { portTaken, readOptions, readSettings } from '../../dev/settings.ts';

test('nothing needs to be set', () => {
  expect(readSettings({})).toEqual({ port: 3_000, secret: 'local-secret', allowedHosts: [] });
  expect(readSettings({ ALLOWED_HOSTS: '' }).allowedHosts).toEqual([]);
});

test('late turns are worked on as many at once as a deployment says', () => {
  expect(readSettings({ LATE_TURNS_AT_ONCE: '2' }).lateTurnsAtOnce).toBe(2);
  expect(readSettings({ LATE_TURNS_AT_ONCE: '1000' }).lateTurnsAtOnce).toBe(1_000);
});

test('tunnels are let in by their names, with a secret of their own', () => {
  const settings = { ALLOWED_HOSTS: 'abc.ngrok.app, X.Example:8443', GATEWAY_SECRET: 'mine', PORT: '0' };
  expect(readSettings(settings)).toEqual({
    port: 0,
    secret: 'mine',
    allowedHosts: ['abc.ngrok.app', 'x.example:8443'],
  });
});

test.each([
  [{ PORT: 'three' }, 'PORT must be a number from 0 to 65535, not "three"'],
  [{ PORT: '70000' }, 'PORT must be a number from 0 to 65535, not "70000"'],
  [{ PORT: '' }, 'PORT must be a number from 0 to 65535, not ""'],
  [{ LATE_TURNS_AT_ONCE: 'all' }, 'LATE_TURNS_AT_ONCE must be a number from 2 to 1000'],
  [{ LATE_TURNS_AT_ONCE: '1' }, 'as lateTurnsAtOnce of cdk.json, not "1"'],
  [{ LATE_TURNS_AT_ONCE: '1001' }, 'not "1001"'],
  [{ LATE_TURNS_AT_ONCE: '' }, 'not ""'],
  [{ GATEWAY_SECRET: 'a/b' }, 'GATEWAY_SECRET must be letters, digits, - and _ alone'],
  [{ ALLOWED_HOSTS: 'abc.ngrok.app' }, 'set GATEWAY_SECRET to a secret of your own'],
  [{ ALLOWED_HOSTS: 'abc.ngrok.app', GATEWAY_SECRET: 'local-secret' }, 'set GATEWAY_SECRET to a secret of'],
  [{ ALLOWED_HOSTS: 'https://abc.ngrok.app', GATEWAY_SECRET: 'mine' }, 'not "https://abc.ngrok.app"'],
  [{ ALLOWED_HOSTS: 'abc.ngrok.app/', GATEWAY_SECRET: 'mine' }, 'ALLOWED_HOSTS must be host names'],
  [{ ALLOWED_HOSTS: 'a.example,', GATEWAY_SECRET: 'mine' }, 'ALLOWED_HOSTS must be host names'],
  [{ ALLOWED_HOSTS: '*', GATEWAY_SECRET: 'mine' }, 'ALLOWED_HOSTS must be host names like abc.ngrok.app'],
])('says which setting is wrong: %j', (environment, sentence) => {
  expect(() => readSettings(environment)).toThrow(sentence);
});

test('--fresh is the one option', () => {
  expect(readOptions([], {})).toEqual({ isFresh: false });
  expect(readOptions(['--fresh'], {})).toEqual({ isFresh: true });
  for (const args of [['--frehs'], ['--fresh', 'now'], ['--fresh=no'], ['--']])
    expect(() => readOptions(args, {})).toThrow(
      'the one option is --fresh, which forgets all sessions first',
    );
});

test('an option that npm took for its own is told from none', () => {
  expect(() => readOptions([], { npm_config_fresh: 'true' })).toThrow('npm start -- --fresh');
});

test('a bot is the path of its file, and no other word is repeated', () => {
  expect(readOptions(['bots/flowers.ts', '--fresh'], {})).toEqual({
    isFresh: true,
    scenario: 'bots/flowers.ts',
  });
  for (const args of [['my-secret'], ['a.ts', 'b.ts']]) {
    expect(() => readOptions(args, {}, 'npm run dev')).toThrow(/: npm run dev -- bots\/flowers\.ts;/);
    expect(() => readOptions(args, {})).not.toThrow(/my-secret/);
  }
});

test.each([
  [
    'EADDRINUSE',
    '3000',
    'port 3000 is taken: stop what listens there, or choose another with PORT=3001 npm start',
  ],
  ['EADDRINUSE', '65535', 'choose another with PORT=3000 npm start'],
  [
    'EACCES',
    '80',
    'port 80 is not for everybody to listen at: choose one from 1024 on with PORT=3000 npm start',
  ],
])('says of %s what to do about port %s', (code, PORT, sentence) => {
  const error = Object.assign(new Error('listen'), { code });
  expect(portTaken(error, { PORT }, 'npm start')).toContain(sentence);
  expect(portTaken(error, { PORT, LANG: 'ko_KR.UTF-8' }, 'npm start')).toMatch(
    /^포트 \d+(은|을) .+: PORT=\d+ npm start$/,
  );
});
