import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test } from '@jest/globals';
import { errorFacts } from '../../lambda/aws/error-facts.ts';
import { callRule, ownError } from '../../lambda/bot/rule-errors.ts';
import * as errors from '../../lambda/errors.ts';

const { GatewayError, UnavailableError } = errors;

/** As the log tells it: what is undefined is not there. */
const told = (error: unknown) => JSON.parse(JSON.stringify(errorFacts(error)));

/** The same error, as thrown by a rule that was given this. */
function ofRule<E>(error: E, given?: object): E {
  try {
    callRule(() => {
      throw error;
    }, given);
  } catch {}
  return error;
}

const words = (setting: string): void => {
  process.env.LOG_ERRORS = setting;
};

afterEach(() => {
  delete process.env.LOG_ERRORS;
});

/** The error as AWS would have answered a call of the gateway's with it. */
const ofAws = (error: object) =>
  told(new UnavailableError('late queue', { cause: Object.assign(error, { $metadata: {} }) })).cause;

const thrown = (): never => {
  throw new Error('looked at');
};

describe('the kind of an error', () => {
  test.each([AggregateError, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError])(
    "is the language's own: %p",
    kind => {
      class 홍길동 extends (kind as ErrorConstructor) {}
      expect(told(Object.create(kind.prototype)).name).toBe(kind.name);
      expect(told(Object.create(홍길동.prototype)).name).toBe(kind.name);
    },
  );

  test.each(
    Object.entries(errors).filter(([, kind]) => [kind, Object.getPrototypeOf(kind)].includes(GatewayError)),
  )("is this project's, whatever a rule makes of it: %s", (name, kind) => {
    class 홍길동 extends (kind as typeof GatewayError) {}
    expect(told(ofRule(Object.create(홍길동.prototype))).name).toBe(name);
  });

  test.each([
    ['AbortError', 'AbortError'],
    ['TimeoutError', 'TimeoutError'],
    ['DataCloneError', 'DOMException'],
    ['홍길동', 'DOMException'],
  ])("is the platform's, and of those that abort which: %s", (name, kind) => {
    expect(told(new DOMException('', name)).name).toBe(kind);
  });

  test('is unreadable where the platform made it and its name throws', () => {
    const error = Object.defineProperty(new DOMException('', 'AbortError'), 'name', { get: thrown });
    expect(told(error)).toMatchObject({ name: 'unreadable' });
  });

  test('is known of another realm, and of what has no prototype', () => {
    expect(told(runInNewContext('new TypeError("no")')).name).toBe('Error');
    expect(told(Object.create(null)).name).toBe('object');
  });

  test('is nothing that a proxy tells, be it the error or what that comes from', () => {
    let looks = 0;
    const traps: ProxyHandler<object> = {
      get: () => ++looks,
      has: () => ++looks > 0,
      // Without an end, where anybody followed it.
      getPrototypeOf: () => (++looks > 100 ? null : new Proxy({}, traps)),
    };
    expect(told(new Proxy(new Error('no'), traps))).toEqual({ name: 'unreadable' });
    expect(looks).toBe(0);
    expect(told(Object.create(new Proxy({}, { getPrototypeOf: traps.getPrototypeOf } as object)))).toEqual({
      name: 'object',
      frames: [],
    });
    expect(looks).toBe(0);
  });

  test('is what AWS names it, where that is a plain name', () => {
    expect(ofAws(Object.assign(new Error(), { name: 'ThrottlingException' })).name).toBe(
      'ThrottlingException',
    );
    for (const name of [['Throttling'], 'Throttling Exception', '1Throttling', 'T'.repeat(81), '', undefined])
      expect(ofAws(Object.assign(new TypeError(), { name })).name).toBe('TypeError');
  });
});

describe('the code of an error', () => {
  test.each([
    ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN'],
    ...['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_SOCKET'],
  ])("is told where it is the system's or fetch's: %s", code => {
    expect(told(Object.assign(new Error(), { code })).code).toBe(code);
  });

  test.each(['', '홍길동', ['EPIPE'], 7])('is not told where it is anything else: %j', code => {
    expect(told(Object.assign(new Error(), { code }))).not.toHaveProperty('code');
  });

  test('is what AWS gave, where that is a plain word', () => {
    expect(ofAws(Object.assign(new Error(), { code: 'ER_NO_ROW' })).code).toBe('ER_NO_ROW');
    for (const code of ['no ROW', 'ROW-', '-ROW', 'R'.repeat(41)])
      expect(ofAws(Object.assign(new Error(), { code }))).not.toHaveProperty('code');
  });
});

describe('the ill part of the cloud', () => {
  test('is told where it is one, by an error that has one', () => {
    expect(told(new UnavailableError('sessions table')).part).toBe('sessions table');
    expect(told(Object.assign(new Error(), { part: 'sessions table' }))).not.toHaveProperty('part');
    const other = Object.assign(new UnavailableError('sessions table'), { part: '홍길동' });
    expect(told(other)).not.toHaveProperty('part');
  });
});

describe('the words of an error', () => {
  test("are this project's and AWS's, a thousand letters at most", () => {
    const long = 'x'.repeat(1_001);
    expect(told(new GatewayError(long)).message).toBe('x'.repeat(1_000));
    expect(ofAws(new Error(long)).message).toBe('x'.repeat(1_000));
    expect(told(new Error(long))).not.toHaveProperty('message');
  });

  test('are none where AWS gave no text', () => {
    expect(ofAws(Object.assign(new Error(), { message: ['홍길동'] }))).not.toHaveProperty('message');
  });

  test('are not taken for those of AWS because asking whose they are throws', () => {
    const cause = Object.setPrototypeOf(
      { message: '홍길동', name: 'Gildong' },
      new Proxy({}, { has: thrown }),
    );
    expect(told(new UnavailableError('late queue', { cause })).cause).toEqual({ name: 'object', frames: [] });
  });
});

describe('what an error has behind and beside it', () => {
  const chain = (length: number): Error => {
    let error = new Error('the first');
    for (let at = 1; at < length; at++) error = new Error('next', { cause: error });
    return error;
  };
  const namesOf = ({ name, cause }: { name: string; cause?: never }): string[] => [
    name,
    ...(cause === undefined ? [] : namesOf(cause)),
  ];

  test('is told of eight errors, and of more that they are left out', () => {
    expect(namesOf(told(chain(8)))).toEqual(Array(8).fill('Error'));
    expect(namesOf(told(chain(9)))).toEqual([...Array(8).fill('Error'), 'left out']);
  });

  test('is no cause where there is none', () => {
    expect(told(new Error('no', { cause: undefined }))).not.toHaveProperty('cause');
    expect(told(new Error('no', { cause: null })).cause).toEqual({ name: 'null' });
  });

  test('is the first three beside one another, of an error that gathers them in a list', () => {
    const beside = [new TypeError(), new RangeError(), '홍길동', new Error()];
    expect(told(new AggregateError(beside)).errors).toMatchObject([
      { name: 'TypeError' },
      { name: 'RangeError' },
      { name: 'string' },
    ]);
    expect(told(new AggregateError([new TypeError()])).errors).toHaveLength(1);
    expect(told(Object.assign(new Error(), { errors: beside }))).not.toHaveProperty('errors');
    const none = Object.assign(new AggregateError([]), { errors: { length: 1, 0: new Error() } });
    expect(told(none)).not.toHaveProperty('errors');
  });
});

describe('an error of AWS that a rule throws', () => {
  const refused = () =>
    Object.assign(
      new Error('User: arn:aws:sts::1:assumed-role/cafe is not authorized to perform: dynamodb:PutItem'),
      { name: 'AccessDeniedException', $fault: 'client', $metadata: { httpStatusCode: 400 } },
    );

  test('names the grant that is missing', () => {
    expect(told(ofRule(refused(), ['메뉴']))).toMatchObject({
      name: 'AccessDeniedException',
      message: 'User: arn:aws:sts::1:assumed-role/cafe is not authorized to perform: dynamodb:PutItem',
    });
    expect(told(ofRule(new Error('메뉴', { cause: refused() }), ['메뉴']))).toEqual({
      name: 'Error',
      frames: expect.any(Array),
      cause: expect.objectContaining({ message: expect.stringContaining('dynamodb:PutItem') }),
    });
  });

  test('tells nothing of what was said, and nothing but ASCII', () => {
    const quoted = Object.assign(refused(), {
      name: 'Gildong',
      code: 'Gildong',
      message: 'no item Gildong 이순신',
    });
    const { name, message, code } = told(ofRule(quoted, { text: '저는 Gildong 입니다' }));
    expect({ name, message, code }).toEqual({ name: 'Error', message: 'no item […]', code: undefined });
  });

  test('tells nothing where nobody knows what was said, or in which turn', () => {
    expect(told(ofRule(refused()))).not.toHaveProperty('message');
    const kept = refused();
    expect(told(ofRule(kept, ['first']))).toHaveProperty('message');
    expect(told(ofRule(kept, ['second']))).toEqual({ name: 'Error', frames: expect.any(Array) });
    expect(told(ofRule(kept, ['second']))).not.toHaveProperty('message');
  });
});

describe("a rule's own words", () => {
  class SoldOutError extends Error {
    override readonly name = 'SoldOutError';
    readonly code = 'ER_NO_ROW';
  }
  const error = () =>
    new SoldOutError('홍길동 wants 아메리카노', { cause: new RangeError('홍길동: 0 is too few') });
  const turn = { text: '저는 홍길동' };

  test('are withheld', () => {
    expect(told(ofRule(error(), turn))).toEqual({
      name: 'Error',
      frames: expect.any(Array),
      cause: { name: 'RangeError', frames: expect.any(Array) },
    });
  });

  test("are not those of the gateway's own code that works in a rule's place, nor what a rule makes of them", () => {
    const failed = ownError(new GatewayError('the server did not answer'));
    expect(told(ofRule(failed)).message).toBe('the server did not answer');
    expect(told(ofRule(Object.assign(failed, { message: '홍길동' }))).message).toBe(
      'the server did not answer',
    );
    expect(told(ofRule(new GatewayError('홍길동', { cause: failed })))).not.toHaveProperty('message');
  });

  test('are told by a setting, without what was said', () => {
    words('masked');
    expect(told(ofRule(error(), turn))).toMatchObject({
      name: 'SoldOutError',
      code: 'ER_NO_ROW',
      message: '[…] wants 아메리카노',
      cause: { name: 'RangeError', message: '[…]: 0 is too few' },
    });
    expect(told(ofRule(new GatewayError('홍길동 없음'), turn)).message).toBe('[…] 없음');
    expect(told(ofRule(error(), { said: '홍길동' })).message).toBe('[…] wants 아메리카노');
    expect(told(ofRule(error()))).not.toHaveProperty('message');
    // No rule's: nobody knows what it quotes.
    expect(told(error())).not.toHaveProperty('message');
  });

  test('are told whole by another, for the machine of whoever wrote the rule', () => {
    words('whole');
    expect(told(ofRule(error(), turn))).toMatchObject({
      name: 'SoldOutError',
      message: '홍길동 wants 아메리카노',
      cause: { message: '홍길동: 0 is too few' },
    });
    expect(told(error())).toHaveProperty('message', '홍길동 wants 아메리카노');
    expect(told('홍길동')).toEqual({ name: 'string', message: '홍길동' });
    expect(told(ofRule(new Error('x'.repeat(3_001)))).message).toBe('x'.repeat(3_000));
    expect(told('x'.repeat(3_001)).message).toBe('x'.repeat(3_000));
  });

  test.each(['', 'yes', 'WHOLE', 'true'])('are withheld where the setting is none: %j', setting => {
    words(setting);
    expect(told(ofRule(error(), turn))).not.toHaveProperty('message');
    expect(told('홍길동')).toEqual({ name: 'string' });
  });
});
