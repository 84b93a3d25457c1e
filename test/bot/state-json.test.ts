import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { log } from '../../lambda/aws/log.ts';
import { Bot } from '../../lambda/bot/index.ts';
import { type OperatorNote, operatorHears } from '../../lambda/bot/operator.ts';
import { jsonOfState, lostIn } from '../../lambda/bot/state-json.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { invoke, skillCall, testSecret } from '../kit/http.ts';
import { takeStdout } from '../kit/stdout.ts';
import { openChat } from '../kit/testing.ts';

class Cart {
  items = ['라떼'];
}

const shared = { a: 1 };
const holdsItself: { self?: object } = {};
holdsItself.self = { again: holdsItself };

afterEach(() => {
  jest.restoreAllMocks();
  operatorHears(() => {});
  delete process.env[ENVIRONMENT.logErrors];
});

describe('of a state, JSON does not keep', () => {
  test.each<[string, unknown, string]>([
    ['a Date', { cart: [{}, {}, { at: new Date(0) }] }, '.cart[2].at is a Date'],
    ['a Map', { of: new Map() }, '.of is a Map'],
    ['a Set', { 'two words': new Set() }, '["two words"] is a Set'],
    ['a BigInt', [1, 2n], '[1] is a BigInt'],
    ['a function', { 메뉴: () => {} }, '.메뉴 is a function'],
    ['a symbol', { of: Symbol('a') }, '.of is a symbol'],
    ['what is no number', { sum: Number.NaN }, '.sum is not a finite number'],
    ['undefined in a list', { list: [undefined] }, '.list[0] is undefined in a list'],
    ['an object of a class', new Cart(), ' is an object of a class'],
    [
      'an object that holds itself',
      { holdsItself },
      '.holdsItself.self.again is an object that holds itself',
    ],
  ])('%s: a sentence says where, and what to keep instead', (_, state, told) => {
    expect(lostIn(state)?.message).toMatch(`turn.session${told}, which JSON does not keep: keep `);
  });

  test.each<[string, unknown]>([
    ['texts, numbers, booleans, null, lists and objects', { a: ['b', 1, true, null], c: { d: -0 } }],
    ['a member that is undefined', { gone: undefined }],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 })],
    ['an object of another realm', structuredClone({ a: [1] })],
    ['an object that stands in two places', { one: shared, two: shared }],
    ['nothing', undefined],
  ])('anything but %s', (_, state) => {
    expect(lostIn(state)).toBeUndefined();
  });

  test('what throws when it is looked at, which is its own error', () => {
    const state = {
      get no(): never {
        throw new RangeError('its own');
      },
    };
    expect(() => jsonOfState(state)).toThrow(new RangeError('its own'));
  });
});

/** A bot that keeps what it should not. */
const bot = new Bot<{ at?: unknown; seen: Set<string> }>({ session: () => ({ seen: new Set() }) })
  .hears('날짜', turn => {
    turn.session = { at: { 손님: new Date(0) }, seen: null as never };
    return '적었어요';
  })
  .hears('큰 수', turn => {
    turn.session.at = { 손님: 1n };
    return '적었어요';
  })
  .fallback(turn => {
    turn.session.seen.add(turn.text);
    return `${turn.session.seen.size}`;
  });

describe('a rule that puts such a thing into turn.session', () => {
  test('is answered, and told where it stands, once a process', async () => {
    const notes: OperatorNote[] = [];
    operatorHears(note => notes.push(note));
    const chat = openChat(bot, 'open-builder');
    for (const words of ['날짜', '날짜']) expect((await chat.says(words)).words).toBe('적었어요');
    expect(notes).toMatchObject([
      { level: 'warn', what: 'session value not kept', outcome: 'a Date' },
      // Its state is the same JSON as before, and would never be stored.
    ]);
    await openChat(bot, 'open-builder').says('아무 말');
    expect(notes.at(-1)?.error?.message).toMatch('turn.session.seen is a Set, which');
    expect(notes).toHaveLength(2);
  });

  test('gets the apology where it can not be stored at all, with a sentence that says where', async () => {
    const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    operatorHears(({ error }) => process.stderr.write(`${error?.message}`));
    expect((await openChat(bot, 'open-builder').says('큰 수')).words).toBe(bot.texts.apology);
    const said = written.mock.calls.map(([words]) => `${words}`).join('');
    expect(said).toContain(
      'turn.session.at.손님 is a BigInt, which JSON does not keep: keep its toString()\n',
    );
    expect(said).not.toContain('    at ');
    expect(said.split('BigInt')).toHaveLength(2);
  });

  test.each([
    ['deployed', '', undefined],
    ['whose rules may tell their words', 'masked', undefined],
    [
      'on this machine',
      'whole',
      'turn.session.at.손님 is a BigInt, which JSON does not keep: keep its toString()',
    ],
  ])('is told in the log of one %s', async (_, errors, message) => {
    process.env[ENVIRONMENT.logErrors] = errors;
    const lines = takeStdout();
    const handler = openBuilderHandler({ bot, store: new MemorySessionStore(), secret: testSecret, log });
    const userRequest = { utterance: '큰 수', user: { id: 'u' } };
    await invoke(handler, skillCall({ bot: { id: 'b' }, userRequest }));
    const { rule, error } = JSON.parse(lines.at(-1) ?? '');
    expect({ rule, error }).toEqual({
      rule: 'hears 큰 수',
      error: { name: 'SessionValueError', frames: [], ...(message !== undefined && { message }) },
    });
  });

  test('is told in a line of the log without a word of the state, where it is deployed', () => {
    const lines = takeStdout();
    operatorHears(log);
    jsonOfState({ 손님이: { 한말: new Map() } });
    const { time: _, ...line } = JSON.parse(lines[0] ?? '');
    expect(line).toEqual({
      level: 'warn',
      what: 'session value not kept',
      outcome: 'a Map',
      error: { name: 'SessionValueError', frames: [] },
    });
  });
});
