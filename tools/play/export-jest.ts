import type { Exchange } from '../kakao-simulator/exchange.ts';
import type { Scene } from '../kakao-simulator/scene.ts';
import { reachesBot } from '../kakao-simulator/tappables.ts';
import type { Seen } from './seen.ts';
import { firstLinesOf, labelsOf, seenOf, storyOf, tappedOf } from './story.ts';

/** A recorded conversation as a jest test on `openChat` of kakao-gateway/testing; what that can't play is a comment. */
export function exportJest(exchanges: readonly Exchange[]): string {
  const chats = new Map<string, Chat>();
  const last = new Map<string, string>();
  const lines = storyOf(exchanges).flatMap(({ kind, exchange }) => {
    const { scene } = exchange;
    const call = kind === 'late' ? undefined : callOf(exchange, exchanges, chats, last);
    if (call === undefined) return [`// ${remarkOn(exchange, kind === 'late')}`];
    const chat = chatOf(chats, scene);
    last.set(chat.name, exchange.id);
    return [`seen = await ${chat.name}.${call};`, ...expectations(exchange)];
  });
  if (lines.length === 0) return '// nothing was said yet\n';
  const isSeen = lines.some(line => line.startsWith('seen = '));
  const opened = [...chats.values()].map(({ name, opens }) => `const ${name} = ${opens};`);
  const body = isSeen
    ? ['const store = new MemorySessionStore();', ...opened, 'let seen: Seen;', ...lines]
    : lines;
  return [
    "import { expect, test } from '@jest/globals';",
    ...(isSeen ? ["import { MemorySessionStore, openChat, type Seen } from 'kakao-gateway/testing';"] : []),
    ...(isSeen ? ["import { bot } from './scenario.ts';"] : []),
    '',
    `test('the conversation goes on as it was recorded', async () => {`,
    ...(isSeen ? body : [...body, 'expect(true).toBe(true);']).map(line => `  ${line}`),
    '});',
    '',
  ].join('\n');
}

interface Chat {
  readonly name: string;
  readonly opens: string;
}

/** A room of openChat's is of one user, protocol and kind. */
function chatOf(chats: Map<string, Chat>, scene: Scene): Chat {
  const key = chatKey(scene);
  const known = chats.get(key);
  if (known) return known;
  const users = [...new Set([...chats.keys()].map(one => one.split('\n')[0]))];
  const of = users.includes(scene.user.name) ? users.indexOf(scene.user.name) : users.length;
  const options = [
    'store',
    `userKey: 'user-${of + 1}'`,
    ...(scene.caller === 'dev' ? ["botId: 'b0!'"] : []),
    ...(scene.room.kind === 'group' ? ["room: 'group'"] : []),
  ];
  const chat = {
    name: chats.size === 0 ? 'chat' : `chat${chats.size + 1}`,
    opens: `openChat(bot, '${scene.protocol}', { ${options.join(', ')} })`,
  };
  chats.set(key, chat);
  return chat;
}

const chatKey = ({ user, protocol, caller, room }: Scene): string =>
  [user.name.replaceAll('\n', ' '), protocol, caller === 'dev' ? 'dev' : 'live', room.kind].join('\n');

/** The call that plays an exchange; undefined where openChat has no word for it. */
function callOf(
  exchange: Exchange,
  exchanges: readonly Exchange[],
  chats: ReadonlyMap<string, Chat>,
  last: ReadonlyMap<string, string>,
): string | undefined {
  const { act, scene, fate } = exchange;
  const isTester = scene.caller === 'bot-test' || scene.caller === 'skill-test';
  if (fate.kind !== 'shown' || isTester || waitsForResult(seenOf(exchange))) return undefined;
  if (act.kind === 'says') return `says(${quoted(act.text)})`;
  if (act.kind === 'sends' && act.media === 'photo') return `sendsPhoto(${quoted(act.url)})`;
  if (act.kind === 'enters' && scene.protocol === 'open-builder') return 'arrives()';
  if (act.kind !== 'taps') return undefined;
  const tapped = tappedOf(exchange, exchanges);
  const name = chats.get(chatKey(scene))?.name;
  if (tapped === undefined || name === undefined) return undefined;
  const isLast = last.get(name) === act.at.exchange && !act.at.isLate;
  if (isLast && tapped.isFirst) return `taps(${quoted(tapped.tappable.label)})`;
  // The words alone do the same, where the tap brought no more than them.
  const { blockId, extra } = tapped.tappable;
  const isWords = blockId === undefined && extra === undefined;
  return isWords ? `says(${quoted(exchange.said ?? tapped.tappable.label)})` : undefined;
}

/** The gateway's own button, below an answer that is still being made: openChat has no late queue. */
const waitsForResult = (seen: Seen): boolean => labelsOf(seen).includes('결과 확인');

function expectations(exchange: Exchange): string[] {
  const seen = seenOf(exchange);
  const names = [...new Set(seen.tappables.filter(reachesBot).map(({ label }) => label))];
  return [
    ...firstLinesOf(seen).map(line => `expect(seen.words).toContain(${quoted(line)});`),
    ...(names.length > 0
      ? [`expect(seen.labels).toEqual(expect.arrayContaining([${names.map(quoted).join(', ')}]));`]
      : []),
  ];
}

function remarkOn({ act, said, fate, scene }: Exchange, isLate: boolean): string {
  const words = quoted(said ?? act.kind);
  if (isLate) return `openChat has no callbacks: the late answer to ${words} came by one`;
  if (fate.kind === 'deferred') return `openChat has no late queue: ${words} was deferred`;
  const room = scene.protocol === 'smart-chat' ? 'smart-chat' : `Open Builder, ${scene.caller}`;
  return `openChat does not play this: ${act.kind} ${words} (${room}), and it was ${fate.kind}`;
}

/** A text as a literal of TypeScript, in one line. */
const quoted = (text: string): string =>
  `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll("'", "\\'")
    .replace(/[\u2028\u2029]/g, one => (one === '\u2028' ? '\\u2028' : '\\u2029'))}'`;
