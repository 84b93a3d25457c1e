import { runInThisContext } from 'node:vm';
import {
  DeadlineError,
  GatewayError,
  InvalidRequestError,
  SessionVersionError,
  UnavailableError,
} from '../../lambda/errors.ts';

/** Errors that a rule may throw, each with what a user said wherever it can hold it; calling one throws. */
export const HOSTILE_ERRORS: Readonly<Record<string, (said: string) => never>> = {
  message: said => {
    throw new Error(said);
  },
  'message of frames': said => {
    throw new Error(`no\n    at ${said} (file:///var/task/index.mjs:1:1)\n    at ${said}:1:1`);
  },
  name: said => {
    throw Object.assign(new Error('no'), { name: said });
  },
  code: said => {
    throw Object.assign(new Error('no'), { code: said });
  },
  'code of a list': said => {
    throw Object.assign(new Error('no'), { code: [said], errno: said, syscall: said, path: said });
  },
  'replaced stack': said => {
    throw Object.assign(new Error('no'), { stack: `Error: no\n    at ${said} (${said}:1:1)` });
  },
  'stack that names our file': said => {
    const place = `${process.cwd()}/package.json?${said}`;
    throw Object.assign(new Error('no'), { stack: `Error: no\n    at file://${place}:1:1` });
  },
  'stack of another kind': said => {
    throw Object.assign(new Error('no'), { stack: [said] });
  },
  'stack that was read': said => {
    const error = new Error(said);
    Object.assign(error, { seen: error.stack });
    throw error;
  },
  'getters that tell': said => {
    const get = () => said;
    throw Object.defineProperties(new Error('no'), {
      // V8 reads the others to make it.
      stack: { get: () => new Error(said).stack },
      name: { get },
      code: { get },
      message: { get },
    });
  },
  'getters that throw': said => {
    const get = () => {
      throw new Error(said);
    };
    const each = { get };
    throw Object.defineProperties(new Error('no'), {
      stack: each,
      name: each,
      code: each,
      message: each,
      cause: each,
      errors: each,
      toJSON: each,
    });
  },
  'method of that name': said => {
    const it = {
      [said](): never {
        throw new Error('no');
      },
    };
    return it[said]?.() as never;
  },
  'function of that name': said => {
    const it = (): never => {
      throw new Error('no');
    };
    return Object.defineProperty(it, 'name', { value: said })();
  },
  'class of that name': said => {
    const { [said]: It = Object } = {
      [said]: class {
        constructor() {
          throw new RangeError('no');
        }
      },
    };
    return new It() as never;
  },
  'kind of that name': said => {
    const { [said]: It = Error } = { [said]: class extends Error {} };
    throw new It(said);
  },
  'code from a text': said => {
    const source = said.replace(/[^\w가-힣]/g, '');
    return new Function(`throw new Error('no')\n//# sourceURL=${source}`)() as never;
  },
  'a file of that name': said => {
    runInThisContext('throw new Error("no")', { filename: said });
    throw new Error('no');
  },
  'cause of causes': said => {
    const chain = withoutStacks(() => {
      let error = new Error(said);
      for (let depth = 0; depth < 1_000; depth++)
        error = Object.assign(new Error(said, { cause: error }), { code: said });
      return error;
    });
    throw new Error(said, { cause: chain });
  },
  'cause of itself': said => {
    const error = new Error(said);
    error.cause = Object.assign(new Error(said), { cause: error });
    throw error;
  },
  'many errors': said => {
    const errors = withoutStacks(() =>
      Array.from({ length: 500 }, () => Object.assign(new Error(said), { name: said })),
    );
    throw new AggregateError(errors, said);
  },
  "the platform's": said => {
    throw new DOMException(said, said);
  },
  "a parser's": said => JSON.parse(`{${said}`) as never,
  "the engine's": said => JSON.parse('{}')[said].won as never,
  "the gateway's": said => {
    throw new GatewayError(said, { cause: new InvalidRequestError(said, said) });
  },
  "the deadline's": said => {
    throw new DeadlineError(said);
  },
  "one of the gateway's kind": said => {
    throw Object.assign(new (class extends SessionVersionError {})(2, 1), { message: said, name: said });
  },
  "the gateway's with other words": said => {
    throw Object.assign(new SessionVersionError(2, 1), { message: said, name: said });
  },
  "the cloud's": said => {
    const cause = Object.assign(new Error(said), { $metadata: {}, name: said });
    throw new UnavailableError(said as never, { cause });
  },
  "the SDK's": said => {
    throw Object.assign(new Error(`no item with the key ${said}`), sdkMembers(said));
  },
  "the SDK's, of a validation": said => {
    const message = `1 validation error detected: Value '${said}' at 'key' failed: ${JSON.stringify({ [said]: said })}`;
    throw Object.assign(new Error(message), sdkMembers('ValidationException'));
  },
  "the SDK's, behind another": said => {
    const cause = Object.assign(new Error(encodeURIComponent(said.toWellFormed())), sdkMembers(said));
    throw new Error(said, { cause });
  },
  'a text': said => {
    throw said;
  },
  'an object': said => {
    throw { said, name: said, message: said, stack: said, [said]: said };
  },
  'an object of errors': said => {
    throw Object.create(Error.prototype, { name: { value: said }, stack: { value: said } });
  },
  'a symbol': said => {
    throw Symbol(said);
  },
  'a number': () => {
    throw 1_012_345_678n;
  },
  nothing: () => {
    throw undefined;
  },
  null: () => {
    throw null;
  },
  'a proxy that throws': said => {
    throw new Proxy(new Error(said), trapsThat(said));
  },
  'a proxy for a kind': said => {
    throw Object.setPrototypeOf(new Error(said), new Proxy(Error.prototype, trapsThat(said)));
  },
  'a proxy that is over': said => {
    const { proxy, revoke } = Proxy.revocable(new Error(said), {});
    revoke();
    throw proxy;
  },
};

/** Answers no type allows, with what a user said wherever they can hold it. */
export const HOSTILE_REPLIES: Readonly<Record<string, (said: string) => unknown>> = {
  words: said => said,
  'made-up member': said => ({ simpleText: { text: '네', [said]: 1 } }),
  'made-up members': said => ({
    outputs: [{ textCard: { title: said, [said]: { [said]: said } }, [said]: null }],
    quickReplies: [{ label: said.repeat(9), action: said, [said]: said }],
  }),
  'made-up output': said => ({ outputs: [{ [said]: {} }, { simpleText: { text: '네' } }] }),
  'no URL': said => ({ basicCard: { title: said, thumbnail: { imageUrl: said } } }),
  'wrong words': said => ({
    textCard: { title: '네', buttonLayout: said, buttons: [{ label: '네', action: said, [said]: said }] },
  }),
  'made-up kind': said => ({ carousel: { type: said, items: [{ [said]: said }] } }),
  contexts: said => ({
    contexts: [{ name: said, turns: -Number(said.replace(/\D/g, '')), params: { [said]: 1 } }],
  }),
  data: said => ({ outputs: [{ simpleText: { text: '' } }], data: { [said]: said } }),
  'data of no JSON': said => ({ data: { [said]: 1n } }),
  'data of itself': said => {
    const data: Record<string, unknown> = { said };
    data[said] = data;
    return { data };
  },
  'data that throws': said => ({
    data: {
      toJSON() {
        throw new Error(said);
      },
    },
  }),
  mentions: said => ({
    outputs: [{ simpleText: { text: said } }],
    mentions: Array.from({ length: 16 }, (_, at) => ({ name: `${said}${at}`, id: '', [said]: said })),
  }),
  'extra of a bubble': said => ({ simpleText: { text: '네', extra: { markdown: said, [said]: 1 } } }),
  'outputs that throw': said => ({
    get outputs() {
      throw new Error(said);
    },
  }),
  'promise that throws': said => ({
    get then() {
      throw Object.assign(new Error(said), { name: said });
    },
  }),
  proxy: said => new Proxy({}, trapsThat(said)),
  nothing: () => undefined,
};

/** The members of an error that the SDK throws when AWS refuses a call. */
const sdkMembers = (name: string): object => ({
  ...{ name, $fault: 'client', Code: name, code: name },
  $metadata: { httpStatusCode: 400, requestId: name, attempts: 1 },
});

/** A stack takes far longer to make than its error. */
function withoutStacks<T>(make: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

const trapsThat = (said: string): ProxyHandler<object> => {
  const trap = (): never => {
    throw Object.assign(new Error(said), { name: said });
  };
  return { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap };
};

/** Whatever tells a piece of a text: as it is, escaped as JSON or a URL does, in base64 and hex, in any case. */
export function tracesOf(pieces: readonly string[]): readonly string[] {
  const traces = pieces.flatMap(piece => {
    const bytes = Buffer.from(piece);
    const escaped = [...piece].map(letter => {
      const code = letter.charCodeAt(0);
      return code < 0x80 ? letter : `\\u${code.toString(16)}`;
    });
    // What stands before it shifts the letters of base64; those at the edges are of others, too.
    const shifted = [0, 1, 2].map(shift =>
      Buffer.concat([Buffer.alloc(shift), bytes])
        .toString('base64')
        .replaceAll('=', '')
        .slice(shift + 1, -1),
    );
    const inUrls = shifted.map(text => text.replace(/\+/g, '-').replace(/\//g, '_'));
    return [
      piece,
      escaped.join(''),
      encodeURIComponent(piece),
      bytes.toString('hex'),
      ...shifted,
      ...inUrls,
    ].map(trace => trace.toLowerCase());
  });
  return [...new Set(traces)];
}
