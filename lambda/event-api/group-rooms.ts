import { EventApiError } from '../errors.ts';
import { isObject, type JsonObject } from '../json-reader.ts';
import { callKakao, type Line } from './call-kakao.ts';
import { kakaosWords } from './kakaos-words.ts';
import { type End, pause, pauseMs } from './pace.ts';

/** A group room that the bot is in. */
export interface GroupRoom {
  readonly botGroupKey: string;
  /** Whether the room takes events: its people may have said no. */
  readonly isSubscribed: boolean;
}

const PAGE = 100;
/** More rooms than a bot has; an answer that always says there is more would never end. */
const MOST_PAGES = 1_000;
const TRIES = 5;

/** Every group room of a bot, a hundred a call. @throws EventApiError */
export async function roomsOf(line: Line, botId: string, end: End): Promise<readonly GroupRoom[]> {
  const rooms: GroupRoom[] = [];
  let last = '';
  for (let page = 0; page < MOST_PAGES; page++) {
    const from = last === '' ? '' : `&lastBotGroupKey=${encodeURIComponent(last)}`;
    const body = await get(line, `/v3/bots/${botId}/group-chat-rooms?pageSize=${PAGE}${from}`, end);
    rooms.push(...listOf(body.groupChatRooms).flatMap(readRoom));
    const { hasNext, lastBotGroupKey: next } = body;
    if (hasNext !== true || typeof next !== 'string' || next === '' || next === last) return rooms;
    last = next;
  }
  return rooms;
}

/** The members of a group room. @throws EventApiError */
export async function membersOf(
  line: Line,
  botId: string,
  key: string,
  end: End,
): Promise<readonly string[]> {
  const body = await get(line, `/v2/bots/${botId}/group-chat-rooms/${encodeURIComponent(key)}/members`, end);
  return listOf(body.users).filter(user => typeof user === 'string');
}

/** Asks as often as it can help: a question has no effect. */
async function get(line: Line, path: string, end: End): Promise<JsonObject> {
  for (let tried = 1; ; tried++) {
    const result = await callKakao(line, { method: 'GET', path }, end);
    const isAnswer = result.kind === 'answered';
    if (isAnswer && result.status < 300 && isObject(result.body)) return result.body;
    const mayAgain = !isAnswer || result.status === 429 || result.status >= 500;
    if (mayAgain && tried < TRIES) {
      if (await pause(pauseMs(line.pace, tried, isAnswer ? result.retryAfterMs : 0), end)) continue;
    }
    const [, key = ''] = line.authorization.split(' ');
    if (!isAnswer) throw new EventApiError('no answer in time');
    const isNoJson = result.status < 300;
    const words = isNoJson ? 'what came is no JSON object' : kakaosWords(result.body, key);
    throw new EventApiError(`HTTP ${result.status}${words ? `: ${words}` : ''}`);
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function readRoom(value: unknown): GroupRoom[] {
  if (!isObject(value) || typeof value.botGroupKey !== 'string') return [];
  return [{ botGroupKey: value.botGroupKey, isSubscribed: value.isSubscribed === true }];
}
