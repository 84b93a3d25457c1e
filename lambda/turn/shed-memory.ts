import { type SettledReply, text } from '../bot/reply.ts';
import { textsOf } from '../bot/texts.ts';
import { bytesOf } from '../check/measure.ts';
import { cutReply } from './cut-reply.ts';
import { type GroupMemory, type Memory, type RoomMemory, withNeededReplies } from './session.ts';

/** The turns that wait in line may have an eighth of a memory that is too long; the others wait for their second records. */
const LINE_SHARE = 1 / 8;

/**
 * The memory in at most so many bytes of JSON, as far as answers make it longer. The first to go are the replies of
 * remembered turns that nobody needs, then what the user has seen; then the longest answers are cut, all to one length,
 * and say so at their end. No answer that is to be collected is forgotten, nor any turn.
 * @param keptToHere the last words of an answer that is cut: the bot's own. Default: the gateway's
 */
export function shedMemory(memory: Memory, maxBytes: number, keptToHere = textsOf({}).keptToHere): Memory {
  let shed = memory;
  for (const step of STEPS) {
    if (bytesOf(shed) <= maxBytes) break;
    shed = step(shed, maxBytes, keptToHere);
  }
  return shed;
}

const STEPS: readonly ((memory: Memory, maxBytes: number, keptToHere: string) => Memory)[] = [
  withNeededReplies,
  memory => inRooms(memory, withoutSeen),
  (memory, maxBytes) => withShorterLine(memory, maxBytes * LINE_SHARE),
  cutAnswers,
  memory => withShorterLine(memory, 0),
];

type Answers = Pick<RoomMemory, 'late' | 'rest'>;

/** The memory with other answers in each room. */
function inRooms(memory: Memory, next: (room: RoomMemory) => Answers): Memory {
  const { late: _, rest: __, groups, ...others } = memory;
  const rooms = Object.entries(groups ?? {}).map(([key, room]): [string, GroupMemory] => {
    const { late: _, rest: __, ...beside } = room;
    return [key, { ...beside, ...next(room) }];
  });
  // A room may be called __proto__.
  return { ...others, ...next(memory), ...(groups && { groups: Object.fromEntries(rooms) }) };
}

function withoutSeen({ late, rest }: RoomMemory): Answers {
  const unseen = late?.filter(({ shownAt }) => shownAt === undefined) ?? [];
  return { ...(unseen.length > 0 && { late: unseen }), ...(rest && rest.overAt === undefined && { rest }) };
}

function withShorterLine({ line, ...memory }: Memory, maxBytes: number): Memory {
  if (line === undefined) return memory;
  let left = maxBytes;
  const shorter = line.map(pending => {
    const { turn, ...others } = pending;
    left -= turn === undefined ? 0 : bytesOf(turn);
    return left < 0 ? others : pending;
  });
  return { ...memory, line: shorter };
}

/** Cuts the longest answers to the length that all have room for. */
function cutAnswers(memory: Memory, maxBytes: number, keptToHere: string): Memory {
  const lengths: number[] = [];
  withAnswers(memory, reply => {
    lengths.push(bytesOf(reply));
    return reply;
  });
  const last = text(keptToHere);
  const most = levelOf(lengths, maxBytes - bytesOf(memory));
  return withAnswers(memory, reply => (bytesOf(reply) > most ? cutTo(reply, most, last) : reply));
}

/** The length to which the longest of these are to be cut, so that all together have so much more room, or less. */
function levelOf(lengths: readonly number[], spare: number): number {
  const ascending = lengths.toSorted((one, other) => one - other);
  let left = spare + ascending.reduce((sum, length) => sum + length, 0);
  for (const [index, length] of ascending.entries()) {
    const share = left / (ascending.length - index);
    if (length > share) return Math.floor(share);
    left -= length;
  }
  return Number.POSITIVE_INFINITY;
}

/** The memory with another reply in place of each: those to be collected, those shown in parts, those of remembered turns. */
function withAnswers(memory: Memory, next: (reply: SettledReply) => SettledReply): Memory {
  const another = <T extends { readonly reply?: SettledReply }>(one: T): T =>
    one.reply ? { ...one, reply: next(one.reply) } : one;
  const { turns, ...rooms } = inRooms(memory, ({ late, rest }) => ({
    ...(late && { late: late.map(another) }),
    ...(rest && { rest: another(rest) }),
  }));
  return { ...rooms, turns: turns.map(another) };
}

function cutTo(reply: SettledReply, maxBytes: number, last: SettledReply['outputs'][number]): SettledReply {
  const isCut = JSON.stringify(reply.outputs.at(-1)) === JSON.stringify(last);
  const whole = isCut ? { ...reply, outputs: reply.outputs.slice(0, -1) } : reply;
  const cut = cutReply(whole, Math.max(0, maxBytes - bytesOf(last) - 1)).reply;
  const shorter = { ...cut, outputs: [...cut.outputs, last] };
  return bytesOf(shorter) < bytesOf(reply) ? shorter : reply;
}
