import { crc32 } from 'node:zlib';

const CREDENTIALS = { accessKeyId: 'AKID', secretAccessKey: 'secret' };

/** The settings of a client whose requests are answered here. */
export function answeredHere(answer) {
  return {
    region: 'ap-northeast-2',
    credentials: CREDENTIALS,
    requestHandler: {
      metadata: { handlerProtocol: 'h1' },
      handle: async request => ({ response: { statusCode: 200, headers: {}, ...(await answer(request)) } }),
      destroy() {},
      updateHttpClientConfig() {},
      httpHandlerConfigs: () => ({}),
    },
  };
}

/** An event stream as a service sends it. */
export function* eventStream(...events) {
  for (const [type, body, contentType = 'application/json'] of events) yield frame(type, contentType, body);
}

function frame(type, contentType, body) {
  const headers = Buffer.concat(
    Object.entries({ ':message-type': 'event', ':event-type': type, ':content-type': contentType }).map(
      ([name, value]) =>
        Buffer.concat([
          Buffer.from([name.length]),
          Buffer.from(name),
          Buffer.from([7, value.length >> 8, value.length & 255]),
          Buffer.from(value),
        ]),
    ),
  );
  const payload = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + headers.length + payload.length, 0);
  prelude.writeUInt32BE(headers.length, 4);
  const start = Buffer.concat([prelude, checksum(prelude), headers, payload]);
  return Buffer.concat([start, checksum(start)]);
}

function checksum(bytes) {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}
