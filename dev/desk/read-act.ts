import { isObject, type JsonObject } from '../../lambda/json-reader.ts';
import type { Act, BlockCall, Media, Params, Plugin } from '../../tools/kakao-simulator/act.ts';
import type { AnswerToCheck } from './desk-api.ts';
import { readFlag, readObject, readText, readWord, wrong } from './read-members.ts';

const MEDIA: readonly Media[] = ['photo', 'video', 'audio'];
const PLUGINS: readonly Plugin[] = ['profile', 'location', 'secure-image'];

/** Each kind of act from the body that tells of it. */
const READERS: { readonly [Kind in Act['kind']]: (body: JsonObject) => Extract<Act, { kind: Kind }> } = {
  says: body => ({ kind: 'says', text: readText(body, 'text') }),
  taps: body => ({ kind: 'taps', at: readPlace(body) }),
  sends: body => ({ kind: 'sends', media: readWord(body, 'media', MEDIA), url: readUrl(body) }),
  enters: () => ({ kind: 'enters' }),
  'calls-block': body => ({ kind: 'calls-block', ...readBlockCall(body) }),
  'uses-plugin': body => ({
    kind: 'uses-plugin',
    plugin: readWord(body, 'plugin', PLUGINS),
    param: readText(body, 'param'),
    ...readBlockCall(body),
  }),
  fills: body => ({ kind: 'fills', param: readText(body, 'param'), value: readText(body, 'value') }),
  'gets-event': body => ({
    kind: 'gets-event',
    name: readText(body, 'name'),
    ...(body.data !== undefined && { data: readParams(body, 'data') }),
    ...(body.params !== undefined && { params: readParams(body, 'params') }),
  }),
  'adds-friend': () => ({ kind: 'adds-friend' }),
  'blocks-friend': () => ({ kind: 'blocks-friend' }),
  leaves: () => ({ kind: 'leaves' }),
};

/** The act that a body tells of. @throws RefusalError naming the member that is wrong */
export function readAct(body: unknown): Act {
  const object = readObject(body);
  return READERS[readWord(object, 'kind', Object.keys(READERS) as Act['kind'][])](object);
}

function readPlace(body: JsonObject): Extract<Act, { kind: 'taps' }>['at'] {
  if (!isObject(body.at)) throw wrong('at', { en: 'an object', ko: '객체' });
  return {
    exchange: readText(body.at, 'exchange'),
    ...(body.at.isLate !== undefined && { isLate: readFlag(body.at, 'isLate') }),
    path: readText(body.at, 'path'),
  };
}

function readUrl(body: JsonObject): string {
  const url = readText(body, 'url');
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw wrong('url', {
    en: 'a URL that begins with http:// or https://',
    ko: 'http://나 https://로 시작하는 URL',
  });
}

function readBlockCall(body: JsonObject): BlockCall {
  return {
    block: readText(body, 'block'),
    ...(body.blockId !== undefined && { blockId: readText(body, 'blockId') }),
    ...(body.utterance !== undefined && { utterance: readText(body, 'utterance') }),
    ...(body.params !== undefined && { params: readParams(body, 'params') }),
  };
}

function readParams(body: JsonObject, name: string): Params {
  const { [name]: params } = body;
  if (!isObject(params)) throw wrong(name, { en: 'an object of texts', ko: '글로 된 객체' });
  return Object.fromEntries(Object.keys(params).map(param => [param, readText(params, param)]));
}

/** The answer that a body wants to have checked. @throws RefusalError naming the member that is wrong */
export function readAnswerToCheck(body: unknown): AnswerToCheck {
  const object = readObject(body);
  return {
    protocol: readWord(object, 'protocol', ['open-builder', 'smart-chat']),
    room: readWord(object, 'room', ['private', 'group']),
    answer: object.answer,
  };
}
