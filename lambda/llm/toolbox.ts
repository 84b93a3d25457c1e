import type { Output } from '../bot/components.ts';
import type { Grown } from '../bot/growing.ts';
import { tellOperator } from '../bot/operator.ts';
import { outputsOf } from '../bot/pieces.ts';
import type { Turn } from '../bot/turn.ts';
import {
  type Asked,
  type AskedAnswer,
  answersQuestion,
  askingWords,
  CONSENT_TEXTS,
  type ConsentTexts,
  isFresh,
  question,
  saidTo,
} from './consent.ts';
import type { Spoken } from './spoken.ts';
import type { Admitted, AskingState, Ended, Ran, ToolOptions } from './tool-options.ts';
import {
  fits,
  gapAfter,
  isSame,
  jsonOf,
  noteOf,
  requireKnown,
  runTool,
  type Tool,
  type ToolCall,
  type ToolDone,
  type ToolResult,
  type Tools,
  withNote,
} from './tools.ts';

/**
 * Tools for a model, some of which run only when the user has agreed. A conversation calls it, in this order: `admit` where
 * the turn is admitted, `begin` before the model is asked, `called` and `result` for the parts of its source, and asks the
 * model again with each `note` that comes of them; `end` where the turn ends. What was asked lies in the session's `talk`.
 */
export class Toolbox<T extends Tools, S extends AskingState = AskingState> {
  readonly #given: T | ((turn: Turn<S>) => T | Promise<T>);
  readonly #options: ToolOptions<T, S>;
  readonly #texts: ConsentTexts;
  /** All that was begun in this process, by question: a rule that runs again gets the same. */
  readonly #begun = new Map<string, Begun>();

  /** @throws ConfigurationError where an option names what is no tool */
  constructor(given: T | ((turn: Turn<S>) => T | Promise<T>), options: ToolOptions<T, S> = {}) {
    this.#given = given;
    this.#options = options;
    this.#texts = { ...CONSENT_TEXTS, ...options.texts };
    if (typeof given !== 'function') this.#require(given);
  }

  /** The tools as the model's client takes them: those that ask first can't be run by it. */
  async of(turn: Turn<S>): Promise<T> {
    const tools = await this.#tools(turn);
    return Object.fromEntries(
      Object.entries(tools).map(([name, tool]) => {
        const { execute, ...asking } = tool;
        if (this.#asksFirst(name) || execute === undefined) return [name, asking];
        const run = (input: never, options: object) =>
          execute.call(tool, input, { ...options, turn } as never);
        return [name, { ...tool, execute: run }];
      }),
    ) as unknown as T;
  }

  /**
   * Whether the turn answers what was asked: `bot.when(tools.isAsked, chat.answers(…, { tools }))` stands before rules
   * that could hear "네".
   */
  readonly isAsked = (turn: Turn<S>): boolean => answersQuestion(turn, turn.session.talk?.asked, this.#texts);

  /** Judges the turn before it is marked. Changes nothing. */
  admit(turn: Turn<S>, asked: Asked | undefined, now = Date.now()): Admitted {
    if (asked?.answer?.turn === turn.id) return { asked };
    const said = saidTo(turn, asked, this.#texts, now);
    const kept = asked && (asked.answer || isFresh(asked, now)) ? asked : undefined;
    if (said === undefined) return { asked: kept };
    if (said === 'stale') return { answer: this.#texts.stale, asked: kept };
    // What was asked is answered from here on: whatever comes next, no other turn acts on it.
    return { asked: asked && { ...asked, answer: { turn: turn.id, agrees: said === 'yes' } } };
  }

  /** Does what the user has agreed to by this turn, once; undefined where the turn answers nothing. */
  begin(turn: Turn<S>, asked: Asked | undefined): Promise<Ran> | undefined {
    if (asked?.answer === undefined) return undefined;
    const known = this.#begun.get(asked.id);
    if (asked.answer.turn !== turn.id) return this.#leftBy(asked, asked.answer);
    // Where no write marks a turn, two taps at once may both have found the question open: one of them is saved.
    if (known) return known.ran;
    const begun: Begun = { ran: this.#begin(turn, asked, asked.answer.agrees) };
    this.#begun.set(asked.id, begun);
    begun.ran.then(
      ran => {
        begun.whole = ran;
      },
      // What fails here has run nothing.
      () => this.#begun.delete(asked.id),
    );
    const [oldest] = this.#begun.keys();
    if (this.#begun.size > MOST_BEGUN && oldest !== undefined) this.#begun.delete(oldest);
    return begun.ran;
  }

  /** Tells of a question whose answer was a turn that never came to its end: it was lost, or another took its place. */
  #leftBy({ tool }: Asked, { turn, agrees }: AskedAnswer): Promise<Ran> | undefined {
    if (!agrees) return undefined;
    return Promise.resolve({
      done: [],
      pieces: [`${this.#texts.unknown}\n\n`],
      note: `It is not known whether ${tool} was run, to which the user had agreed before. They have been told so.`,
      settles: turn,
    });
  }

  async #begin(turn: Turn<S>, { tool: name, input }: Asked, agrees: boolean): Promise<Ran> {
    if (!agrees) return told(`The user did not agree to ${name}: it was not run.`);
    const { idempotent = [] } = this.#options;
    if (turn.isRetry && !idempotent.includes(name)) return over(this.#texts.unknown);
    const tools = await this.#tools(turn);
    const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
    if (tool?.execute === undefined) return over(this.#texts.gone);
    const once = { toolCallId: turn.id, idempotencyKey: turn.id };
    const done = await this.#run(turn, tools, name, input, once);
    return {
      ...this.#shown([done]),
      note: `The user agreed to ${name}, and it was run once, just now. Tell the user of its result; don't ask for it again.\n${noteOf([done])}`,
    };
  }

  /**
   * The fate of the tools that the model's client did not run: those that ask first become a question, others run.
   * Nothing runs that asks first, whatever the model says.
   */
  async called(turn: Turn<S>, calls: readonly ToolCall[]): Promise<Ran> {
    const tools = await this.#tools(turn);
    const known = calls.filter(({ name }) => Object.hasOwn(tools, name));
    const [first, ...others] = known.filter(({ name }) => this.#asksFirst(name));
    if (first !== undefined) {
      const asking = await this.#ask(turn, tools[first.name] ?? {}, first);
      return { ...asking, isOneOfMore: others.some(other => !isSame(other, first)) };
    }
    const done: ToolDone[] = [];
    for (const { id, name, input } of known.slice(0, MOST_CALLS))
      done.push(await this.#run(turn, tools, name, input, { toolCallId: id }));
    const unknown =
      calls.length > done.length
        ? 'Some tools were not run: there are none of these names, or too many.\n'
        : '';
    return {
      ...this.#shown(done),
      note: `You have called these tools, and this came of it. Don't call them again with the same input.\n${unknown}${noteOf(done)}`,
    };
  }

  /**
   * The outcome of a tool that the model's client did run. The operator is told of one that asks first: the client was
   * given others than {@link of} gives.
   */
  result({ name, output }: ToolResult): Ran {
    if (this.#asksFirst(name)) tellOperator({ level: 'error', what: 'tool failed', outcome: 'ran unasked' });
    return this.#shown([{ tool: name, result: output, isFailed: false }]);
  }

  /** The messages with a note for the model behind the user's last words. */
  readonly noted = withNote;
  /** The pieces between the words before a tool ran and those after it. */
  readonly gapAfter = gapAfter;

  /**
   * Ends the turn, on the session as it is then.
   * @param spoken how the answer ended, as far as it is known
   * @param seen the words of its pieces
   */
  end(turn: Turn<S>, kept: Asked | undefined, spoken: Spoken, grown: Grown<unknown>, seen: string): Ended {
    const { ran, answer, reason } = spoken;
    const isAnswered = kept?.answer?.turn === turn.id;
    // What ended with the answer's time has told nobody what was done until then.
    const begun = isAnswered ? this.#begun.get(kept.id)?.whole : undefined;
    const all = begun && !ran.includes(begun) ? [begun, ...ran] : ran;
    const done = all.flatMap(one => one.done).filter(one => !one.isFailed);
    for (const { tool, result } of done) this.#remember(turn, tool, result);
    const { asked, asking = '', isOneOfMore } = all.find(one => one.asked) ?? {};
    if (asked !== undefined) {
      const before = outputsOf(grown.pieces).length > 2 ? Infinity : seen.trim().length;
      return { asked, answer: question(asked, asking, this.#texts, { isOneOfMore, before }) };
    }
    const isSettled = all.some(({ settles }) => settles !== undefined && settles === kept?.answer?.turn);
    if (!isAnswered) return { asked: isSettled ? undefined : kept };
    const isTold = answer === undefined && reason !== 'refused' && seen.trim() !== '';
    if (!kept.answer?.agrees || (grown.end === 'whole' && (isTold || all.length === 0)))
      return { asked: undefined };
    const isDone = done.some(({ tool }) => tool === kept.tool);
    return { asked: undefined, answer: isDone ? this.#texts.done : this.#texts.unknown };
  }

  async #ask(turn: Turn<S>, tool: Tool, { name, input }: ToolCall): Promise<Ran> {
    const json = jsonOf(input) ?? '';
    // Of a room whose key is not known, nobody could tell whether the answer came from it.
    if (json === '' || json.length > MOST_INPUT || turn.group?.key === '')
      return told(`${name} can't be asked for here: it was not run.`);
    // As it will be once it has lain in the session: the user is shown what would run.
    const kept: unknown = JSON.parse(json);
    if (!(await fits(tool, kept))) return told(`The input of ${name} did not fit: it was not run.`);
    const room = turn.group && { room: turn.group.key };
    const asked = { id: turn.id, tool: name, input: kept, at: Date.now(), ...room };
    const asking = askingWords(asked, this.#own('describe', name));
    if (asking === undefined)
      return told(`The input of ${name} is too long to be shown to the user: it was not run.`);
    return { done: [], pieces: [], asked, asking };
  }

  async #run(
    turn: Turn<S>,
    tools: T,
    name: string,
    input: unknown,
    call: { readonly toolCallId: string; readonly idempotencyKey?: string },
  ): Promise<ToolDone> {
    const run = { ...call, turn, abortSignal: turn.deadline.signal };
    return { tool: name, ...(await runTool(tools[name] ?? {}, input, run)) };
  }

  #shown(done: readonly ToolDone[]): Ran {
    return { done, pieces: done.flatMap(one => this.#card(one) ?? []) };
  }

  /** A card that can't be made is none. */
  #card({ tool, result, isFailed }: ToolDone): Output | undefined {
    if (isFailed) return undefined;
    try {
      return this.#own('cards', tool)?.(result as never) as Output | undefined;
    } catch {
      tellOperator({ level: 'error', what: 'tool failed', outcome: 'no card' });
      return undefined;
    }
  }

  /** An author's function for this tool. */
  #own(member: 'cards' | 'describe' | 'then', tool: string): ((...given: never[]) => unknown) | undefined {
    const own: { readonly [name: string]: ((...given: never[]) => unknown) | undefined } =
      this.#options[member] ?? {};
    return Object.hasOwn(own, tool) ? own[tool] : undefined;
  }

  #remember(turn: Turn<S>, tool: string, result: unknown): void {
    try {
      this.#own('then', tool)?.(turn as never, result as never);
    } catch {
      // The thing is done: an apology would have the user do it again.
      tellOperator({ level: 'error', what: 'tool failed', outcome: 'not remembered' });
    }
  }

  async #tools(turn: Turn<S>): Promise<T> {
    if (typeof this.#given !== 'function') return this.#given;
    const tools = await this.#given(turn);
    this.#require(tools);
    return tools;
  }

  #require(tools: T): void {
    const { askFirst = [], idempotent = [] } = this.#options;
    if (askFirst !== 'all') requireKnown('askFirst', askFirst, tools);
    requireKnown('idempotent', idempotent, tools);
  }

  #asksFirst(name: string): boolean {
    const { askFirst = [] } = this.#options;
    return askFirst === 'all' || askFirst.includes(name);
  }
}

/** Tools for a model: `toolbox({ order }, { askFirst: ['order'] })`, or what makes them of the turn. */
export function toolbox<T extends Tools, S extends AskingState = AskingState>(
  tools: T | ((turn: Turn<S>) => T | Promise<T>),
  options?: ToolOptions<T, S>,
): Toolbox<T, S> {
  return new Toolbox(tools, options);
}

/** The most characters of a tool's input, as JSON, that is asked for. */
const MOST_INPUT = 4_000;

/** The most tools that run between two askings of the model. */
const MOST_CALLS = 8;

const MOST_BEGUN = 100;

/** All that was begun of a question that was answered. */
interface Begun {
  readonly ran: Promise<Ran>;
  whole?: Ran;
}

const told = (note: string): Ran => ({ done: [], pieces: [], note });

const over = (words: string): Ran => ({ done: [], pieces: [words], isOver: true });
