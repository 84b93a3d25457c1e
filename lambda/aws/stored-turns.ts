import type { AnsweredTurn } from '../turn/session.ts';
import { shortIdOf } from '../turn/short-id.ts';

/** A remembered turn as the memory's JSON holds it. */
export interface StoredTurn extends AnsweredTurn {
  /** The reply, where a write unit is saved by it: see `packed-reply.ts`. */
  readonly packed?: string;
}

/** The remembered turns of a user as an item holds them. */
export interface StoredTurns {
  /** Those of which more is kept than that they were answered. */
  readonly turns: readonly StoredTurn[];
  /**
   * The others, and the places of those: a text of words with a blank between. A word is the short id without its mark, the
   * milliseconds since the turn of the word before, to the base of 36, and `!` of a turn that is remembered briefly; an empty
   * one is the place of the next of {@link turns}. Without what stands behind its last word.
   */
  readonly answered: string;
}

const BASE = 36;
const BRIEF = '!';
/** The characters of a word that are the id. */
const ID_LENGTH = shortIdOf('').length - 1;

/** The turns in as few bytes as they need: of a turn without a reply a short id and its time is all. */
export function storedTurns(remembered: readonly StoredTurn[]): StoredTurns {
  const turns: StoredTurn[] = [];
  let answered = '';
  let places = '';
  let before = 0;
  for (const turn of remembered) {
    if (!isBare(turn)) {
      turns.push(turn);
      places += ' ';
      continue;
    }
    answered += `${places}${shortIdOf(turn.id).slice(1)}${(turn.at - before).toString(BASE)}${turn.isBrief ? BRIEF : ''}`;
    places = ' ';
    before = turn.at;
  }
  return { turns, answered };
}

/** The turns that {@link storedTurns} made these of, in their order; those without a reply by their short ids. */
export function rememberedTurns({ turns, answered }: StoredTurns): StoredTurn[] {
  if (answered === '') return [...turns];
  const remembered: StoredTurn[] = [];
  let places = 0;
  let at = 0;
  for (const word of answered.split(' ')) {
    const next = word === '' ? turns[places++] : undefined;
    if (next !== undefined) remembered.push(next);
    if (word === '') continue;
    const isBrief = word.endsWith(BRIEF);
    at += Number.parseInt(word.slice(ID_LENGTH), BASE);
    const turn = { id: `#${word.slice(0, ID_LENGTH)}`, at };
    remembered.push(isBrief ? { ...turn, isBrief } : turn);
  }
  return [...remembered, ...turns.slice(places)];
}

/** Whether nothing is known of a turn but when it was answered. */
function isBare({ id, at, isBrief, ...others }: StoredTurn): boolean {
  for (const name in others) if (others[name as keyof typeof others] !== undefined) return false;
  return Number.isSafeInteger(at) && at >= 0;
}
