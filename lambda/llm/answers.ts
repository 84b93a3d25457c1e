import { type GrowingRule, type Grown, growing } from '../bot/growing.ts';
import { type Answer, button, text } from '../bot/reply.ts';
import { LONGEST_WORK_MS } from '../bot/slow-rule.ts';
import type { Turn } from '../bot/turn.ts';
import { AnswerTooLongError } from '../errors.ts';
import { folding, messagesOf, recalled, remembering, tokensOf } from './history.ts';
import { tellRefusal, tellUnknown } from './notes.ts';
import type { AnswersOptions } from './options.ts';
import { picturesOf, questionOf, urlParts } from './photos.ts';
import { type Speaking, speak } from './speak.ts';
import { AnswerError, type Spoken } from './spoken.ts';
import { keep, type Talking, talkOf } from './talk.ts';
import type { ConversationTexts } from './texts.ts';
import { countedTokens, heldFor, reserving, settling, todayOf, unknownTokens } from './usage.ts';

/** The growing rule of a conversation. */
export function answering<S extends Talking>(
  how: Speaking<S>,
  options: AnswersOptions<S>,
): GrowingRule<S, Spoken> {
  const { texts } = how;
  const { slow = texts.slow, upToMs = LONGEST_WORK_MS, busy = texts.busy } = options;
  // Elsewhere another turn of the user may be worked on when one is admitted.
  const alone = busy !== 'queue' && busy !== 'replace';
  return growing<S, Spoken>({
    ...{ ...options, slow, upToMs, busy },
    admit: turn => admit(how, turn, alone),
    grow: turn => speak(how, turn),
    then: (turn, grown) => end(how, turn, grown),
  });
}

/** Reserves the turn and its tokens, if they are left. */
function admit<S extends Talking>(how: Speaking<S>, turn: Turn<S>, alone: boolean): Answer | undefined {
  const { memory, reserve, limits, texts, tools } = how;
  const { turnsPerDay = Infinity, tokensPerDay = Infinity } = limits;
  const talk = talkOf(turn);
  const admitted = tools?.admit(turn, talk.asked);
  if (admitted?.answer !== undefined) {
    keep(turn, { asked: admitted.asked });
    return admitted.answer;
  }
  const now = Date.now();
  const day = todayOf(talk, now);
  const pictures = urlParts(picturesOf(turn));
  const messages = messagesOf(recalled(talk, memory, now), questionOf(turn), memory, pictures);
  const input = tokensOf(messages, memory.count);
  const taken = countedTokens(day);
  const own = admitted?.asked?.answer?.turn === turn.id ? admitted.asked.answer : undefined;
  const isSpent = day.turns >= turnsPerDay || taken + input + reserve > tokensPerDay;
  if (isSpent && own?.agrees !== true) {
    tellRefusal();
    // Whatever else was said ends a question: a later yes is none to it.
    if (own) keep(turn, { asked: undefined });
    return texts.spent;
  }
  // What the day's own turn asked is carried out; one answer is the most that goes beyond a limit.
  const isBeyond = day.turns > turnsPerDay || taken > tokensPerDay;
  const reserved = isBeyond ? day : reserving(day, { id: turn.id, input, output: reserve }, alone);
  tellUnknown(unknownTokens(reserved) - unknownTokens(day));
  keep(turn, {
    day: reserved,
    ...(admitted && { asked: admitted.asked }),
  });
  return undefined;
}

/** Answers whose unknown tokens the operator was told of. */
const told = new WeakSet<object>();

/** Remembers what was said, settles what was reserved, and says what comes after the pieces. */
async function end<S extends Talking>(
  how: Speaking<S>,
  turn: Turn<S>,
  grown: Grown<Spoken>,
): Promise<Answer | undefined> {
  const { memory, texts, tools } = how;
  const seen = grown.pieces.map(piece => (typeof piece === 'string' ? piece : wordsIn(piece))).join('');
  const spoken = spokenOf(grown) ?? (await unspoken(how, turn, grown, seen));
  const talk = talkOf(turn);
  const now = Date.now();
  const { question } = spoken;
  const ended = tools?.end(turn, talk.asked, spoken, grown, seen);
  // The tools' own words, a question above all, are what the user's next words are about.
  const words = (seen + wordsIn(ended?.answer)).trim();
  const known = folding(recalled(talk, memory, now), spoken.folded);
  // Whoever gave the session another state has had all forgotten, too.
  const isForgotten = !talk.day || heldFor(talk.day, turn.id).isForgotten;
  const isRemembered = memory.forgetAfterMs > 0 && words !== '' && question !== undefined && !isForgotten;
  const day = talk.day && settling(talk.day, turn.id, spoken.charge, spoken.isRetry);
  // It ends again where another turn came between.
  if (talk.day && day && !told.has(grown)) tellUnknown(unknownTokens(day) - unknownTokens(talk.day));
  told.add(grown);
  keep(turn, {
    day,
    ...(ended && { asked: ended.asked }),
    ...(isRemembered && {
      ...{ summary: known.summary, said: remembering(known, [question, words], memory), at: now },
    }),
  });
  // A quick reply says words alone: asked again, a model would see no picture.
  const again = turn.incoming.kind === 'utterance' && picturesOf(turn).length === 0 ? question : undefined;
  return ended?.answer ?? endOf(grown, words !== '', again, texts);
}

/** How an answer ended, as far as it told. */
function spokenOf(grown: Grown<Spoken>): Spoken | undefined {
  if (grown.end === 'whole') return grown.result;
  return grown.error instanceof AnswerError ? grown.error.spoken : undefined;
}

/** How an answer ended that could not tell. */
async function unspoken<S extends Talking>(
  { memory, guard }: Speaking<S>,
  turn: Turn<S>,
  { end }: Grown<Spoken>,
  seen: string,
): Promise<Spoken> {
  const asked = questionOf(turn);
  const question = guard && seen ? await guard.input(asked, turn) : asked;
  const { input } = heldFor(talkOf(turn).day, turn.id);
  const nothing = end === 'failed' ? 'none' : 'unknown';
  return {
    ...{ question: typeof question === 'string' ? question : undefined, ran: [], isRetry: turn.isRetry },
    charge: end !== 'died' && seen ? { input, output: memory.count(seen) } : nothing,
  };
}

/** The words after the pieces, or in their place. */
function endOf(
  grown: Grown<Spoken>,
  hasWords: boolean,
  again: string | undefined,
  texts: ConversationTexts,
): Answer | undefined {
  if (grown.end === 'whole') {
    const { answer, reason } = grown.result;
    if (answer !== undefined) return answer;
    if (reason === 'refused') return texts.refused;
    if (!hasWords) return texts.empty;
    if (reason !== 'length') return undefined;
  } else if (!hasWords) {
    if (grown.end === 'overran') return texts.timeout;
    return textFor(grown.error instanceof AnswerError ? grown.error.kind : undefined, texts);
  } else if (grown.error instanceof AnswerTooLongError) {
    // The user reads that it was, and asked again it would be as long.
    return undefined;
  }
  return {
    outputs: [text(texts.cut)],
    ...(again && again.length <= LONGEST_AGAIN && { quickReplies: [button.message(texts.again, again)] }),
  };
}

function textFor(kind: AnswerError['kind'] | undefined, texts: ConversationTexts): string {
  if (kind === 'rate-limited' || kind === 'overloaded') return texts.rateLimited;
  if (kind === 'timeout') return texts.timeout;
  return kind === 'too-long' ? texts.tooLong : texts.failed;
}

/** The longest question that a quick reply asks again. */
const LONGEST_AGAIN = 100;

/** The words of a card or an answer, as a model may read them again. */
function wordsIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([name, inner]) => {
      if (typeof inner === 'string') return /^(title|description|text)$/.test(name) ? `${inner} ` : '';
      return wordsIn(inner);
    })
    .join('');
}
