import type { TurnRequest } from '../bot/incoming.ts';
import type { Loss } from '../bot/loss.ts';
import type { BroughtAnswer } from '../bot/own-button.ts';
import type { SettledReply } from '../bot/reply.ts';
import type { Texts } from '../bot/texts.ts';
import type { Violation } from '../check/violation.ts';

/** The form of a protocol's answers. */
export interface Renderer<A = unknown> {
  /** As the log, the metrics and the late queue name the protocol. */
  readonly name: string;
  /** A reply in the protocol's form: total and pure, the same reply gives the same answer. */
  render(reply: SettledReply, texts: Texts, request: AnsweredRequest): Rendered<A>;
  /** The limits that a finished answer breaks, which is a bug of ours; absent where nobody knows any. Never throws. */
  check?(answer: A, request: AnsweredRequest): readonly Violation[];
  /** The words of each bubble of a finished answer, as its user reads them; absent where nobody looks for them. Never throws. */
  words?(answer: A): readonly string[];
}

/** One of the APIs by which users reach the bot: a plain value, all that the turn engine knows of it. */
export interface Protocol<A = unknown, Other = never> extends Renderer<A> {
  /**
   * Reads the body of a call that may be a turn.
   * @throws InvalidRequestError when it is none of this protocol's, with the field's name
   */
  parse(body: unknown, call: Call): ParsedCall<Other>;
  /** The answer that tells the user to wait for one that a {@link Deliverer} posts; absent where none does. */
  renderWaiting?(words: string): A;
  /** The turn as it is meant, by what the answer before it made the protocol remember; see {@link Rendered.memory}. */
  recall?(request: TurnRequest, memory: ProtocolMemory): TurnRequest;
  /** Whether what is remembered is recent enough to stand for an answer that asks to remember the same again. */
  isFresh?(memory: ProtocolMemory): boolean;
  /** The reply to a button of the protocol's own, which only a `hears` of that very text goes before; asked of utterances without an `extra`. */
  ownReply?(said: string, texts: Texts): SettledReply | undefined;
}

/** The worker's side of a protocol that answers late without being asked: a value of its own, since workers bundle no more. */
export interface Deliverer<A = unknown> extends Renderer<A> {
  /** Posts a late answer to the address that {@link ParsedTurn} gave; never throws, and tells nobody the address. */
  deliver(answer: A, address: unknown, limits: DeliveryLimits): Promise<DeliveryResult>;
  /** Whether what failed for this reason may succeed later, as long as the address lives. */
  mayPass?(reason: string): boolean;
}

/** As much of a turn as says where and how its answer is shown; nothing of it is known of a call that could not be read. */
export interface AnsweredRequest extends Pick<TurnRequest, 'group'> {
  /** The answer that the button for what did not fit brings. */
  readonly more?: BroughtAnswer;
}

/** Bounds of a delivery. */
export interface DeliveryLimits {
  /** Where late answers may be posted: origins, `https://host` each. */
  readonly callbackOrigins: readonly string[];
  /** Epoch ms after which the address takes none. */
  readonly until: number;
}

/** How a delivery ended; `reason` is a few constant words for the log. */
export type DeliveryResult =
  | { readonly kind: 'delivered' }
  | {
      /**
       * `spent`: the address has taken an answer before, be it this one from a worker that died of something else.
       * `test`: it can't succeed, and no user waits for it.
       */
      readonly kind: 'failed' | 'spent' | 'test';
      readonly reason: string;
    };

/** The facts that come with a call beside its body. */
export interface Call {
  /** The gateway's id of this call, never repeated. */
  readonly requestId: string;
  /** Kakao's own id of it, which a repeated delivery keeps; absent where it gives none. */
  readonly kakaoRequestId?: string | undefined;
  /** Where late answers may be posted: origins, `https://host` each. */
  readonly callbackOrigins: readonly string[];
}

/** A call as its protocol reads it: a turn, or what else the protocol knows, which concerns nobody but its own handler. */
export type ParsedCall<Other = never> = ParsedTurn | { readonly kind: 'other'; readonly call: Other };

/** A call that is a turn. */
export interface ParsedTurn {
  readonly kind: 'turn';
  readonly request: TurnRequest;
  /** Where its answer may be posted late: plain JSON that only its protocol reads. Absent where there is no such place. */
  readonly address?: unknown;
  /** Whether the call named an address that is none of its protocol's. */
  readonly isAddressRefused?: boolean;
}

/** A reply in a protocol's form. */
export interface Rendered<A> {
  readonly answer: A;
  /** Plain JSON that the protocol must remember to understand the user's next tap; absent where a tap tells all. */
  readonly memory?: unknown;
  /** The parts that the protocol can't show. */
  readonly lost: readonly Loss[];
  /** The part that did not fit. */
  readonly rest?: SettledReply;
}

/** The part of its last answer to a user that a protocol remembers. */
export interface ProtocolMemory {
  /** Whose it is; absent in what was stored when only one protocol remembered anything. */
  readonly name?: string;
  /** Epoch ms at which it was saved. */
  readonly at: number;
  /** As {@link Rendered.memory} gave it, or as an earlier release did. */
  readonly value: unknown;
}
