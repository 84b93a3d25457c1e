import { Bot } from '../../lambda/bot/bot.ts';
import { growing } from '../../lambda/bot/growing.ts';
import type { Utterance } from '../../lambda/bot/incoming.ts';
import type { Turn } from '../../lambda/bot/turn.ts';
import { actor } from './actor.ts';
import type { Go } from './turns.ts';

/** The state of a user: the words of the turns that had their effect, in their order. */
export interface Done {
  done: string[];
}

/** The words by which a reply is told to say: wait. */
export const WAITING = '기다려 주세요: 준비하고 있어요.';

const slow = { slow: WAITING };

/** The rules in two steps, where the bot has them. */
interface TwoSteps {
  hears(
    pattern: RegExp,
    rule: {
      readonly slow: string;
      readonly work: (turn: Turn<Done>) => Promise<string>;
      readonly then: (turn: Turn<Done>, result: string) => string;
    },
  ): unknown;
}

/** Whether a bot may have rules in two steps: `think` is played only then. */
export const HAS_TWO_STEPS: boolean = true;

/** How many pieces a growing answer has before its end. */
export const PIECES = 4;

/** The piece of a growing answer. */
const pieceOf = (word: string, n: number): string => `piece:${word}:${n}; `;

/** A bot whose answers may grow, too: each piece of one can be counted. */
export function growingBot(...args: Parameters<typeof modelBot>): Bot<Done> {
  const [goesOf] = args;
  return modelBot(...args).hears(
    GROW,
    growing<Done, RegExpMatchArray, Utterance, readonly [match: RegExpMatchArray]>({
      slow: WAITING,
      worthMs: 3_600_000,
      grow: async function* (turn, match) {
        const go = newGo(goesOf(`${match[1]}`));
        for (let n = 1; n <= PIECES; n++) {
          await passes(Number(match[2]), turn.deadline.signal);
          if (turn.deadline.signal.aborted) break;
          yield `${pieceOf(`${match[1]}`, n)}${n === PIECES ? answerOf(match) : ''}`;
        }
        go.to = Date.now();
        return match;
      },
      then: (turn, { pieces }) => {
        const match = GROW.exec(turn.text);
        const said = match ? learn(turn, match) : 'not understood';
        return pieces.join('').includes(said) ? undefined : said;
      },
    }),
  );
}

const GROW = /^grow (\w+) (\d+) (\S+)$/;

/** A bot whose every turn can be counted: by its word in the session, in its answer, and by the goes of its rule. */
export function modelBot(
  goesOf: (word: string) => Go[],
  onChoice: (word: string, choice: string) => void,
): Bot<Done> {
  const work = (turn: Turn<Done>, match: RegExpMatchArray, choice?: string): Promise<void> =>
    workOn(goesOf(`${match[1]}`), Number(match[2]), turn.deadline.signal, choice);
  const bot = new Bot<Done>({ session: () => ({ done: [] }), texts: { waiting: WAITING } })
    .hears(/^look (\w+) \d+ (\S+)$/, (_, match) => answerOf(match))
    .hears(/^count (\w+) \d+ (\S+)$/, (turn, match) => learn(turn, match))
    .hears(
      /^ask (\w+) (\d+) (\S+)$/,
      async (turn, match) => {
        await work(turn, match);
        return answerOf(match);
      },
      slow,
    )
    .hears(
      /^learn (\w+) (\d+) (\S+)$/,
      async (turn, match) => {
        await work(turn, match);
        return learn(turn, match);
      },
      slow,
    )
    .hears(/^overrun (\w+) (\d+) (\S+)$/, async (turn, match) => {
      await work(turn, match);
      return learn(turn, match);
    })
    .hears('list', turn => `done:${turn.session.done.join(',')};`);
  for (const choice of ['even', 'odd']) {
    bot.when(
      turn => {
        const [, word = ''] = CHOOSE.exec(turn.text) ?? [];
        const isChosen = word !== '' && choiceOf(turn) === choice;
        if (isChosen) onChoice(word, choice);
        return isChosen;
      },
      async turn => {
        const match = CHOOSE.exec(turn.text);
        if (match === null) return 'not understood';
        await work(turn, match, choice);
        return answerOf(match);
      },
      slow,
    );
  }
  if (HAS_TWO_STEPS) {
    (bot as unknown as TwoSteps).hears(THINK, {
      slow: WAITING,
      work: async turn => {
        const match = THINK.exec(turn.text);
        if (match) await work(turn, match);
        return turn.text;
      },
      then: (turn, said) => {
        const match = THINK.exec(said);
        return match ? learn(turn, match) : 'not understood';
      },
    });
  }
  return bot;
}

const THINK = /^think (\w+) (\d+) (\S+)$/;

const CHOOSE = /^choose (\w+) (\d+) (\S+)$/;

const choiceOf = ({ session }: Turn<Done>): string => (session.done.length % 2 === 0 ? 'even' : 'odd');

/** The word of a turn, and the room that it was said in. */
const answerOf = (match: RegExpMatchArray): string => `answer:${match[1]}@${match.at(-1)};`;

function learn(turn: Turn<Done>, match: RegExpMatchArray): string {
  turn.session.done.push(`${match[1]}`);
  return answerOf(match);
}

/** Costs time and, in earnest, money; ends with its deadline. */
async function workOn(goes: Go[], ms: number, signal: AbortSignal, choice?: string): Promise<void> {
  const go = newGo(goes, choice);
  await passes(ms, signal);
  go.to = Date.now();
  signal.throwIfAborted();
}

function newGo(goes: Go[], choice?: string): Go {
  const run = actor();
  const go: Go = { isWorker: run.isWorker, choice, from: Date.now(), isDead: () => run.isDead };
  goes.push(go);
  return go;
}

/** So much time, or until the signal aborts. */
function passes(ms: number, signal: AbortSignal): Promise<void> {
  return actor().calls(
    () =>
      new Promise<void>(resolve => {
        setTimeout(resolve, ms);
        signal.addEventListener('abort', () => resolve(), { once: true });
      }),
  );
}
