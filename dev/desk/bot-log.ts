import type { Exchange, LoggedLine } from '../../tools/kakao-simulator/exchange.ts';

/** A line of a bot's log, and the request that it is about. */
export interface LineOfRequest extends LoggedLine {
  /** API Gateway's id: of late work, that of the request which deferred it. */
  readonly requestId: string;
}

/** As many exchanges as are remembered, and what else is sent to the bot beside them. */
const MAX_REQUESTS = 400;
const MAX_LINES = 20;
const MAX_TEXT_LENGTH = 8_000;

/** Everything that a bot wrote in its log lately, by its requests. */
export class BotLog {
  readonly #lines = new Map<string, readonly LoggedLine[]>();

  add({ requestId, level, text }: LineOfRequest): void {
    const lines = [...this.of(requestId), { level, text: text.slice(0, MAX_TEXT_LENGTH) }];
    this.#lines.set(requestId, lines.slice(-MAX_LINES));
    for (const [oldest] of this.#lines) {
      if (this.#lines.size <= MAX_REQUESTS) break;
      this.#lines.delete(oldest);
    }
  }

  of(requestId: string | undefined): readonly LoggedLine[] {
    return this.#lines.get(requestId ?? '') ?? [];
  }

  clear(): void {
    this.#lines.clear();
  }
}

/** API Gateway's id of an exchange's request, by its answer; the gateway on this machine tells it, too. */
export const requestIdOf = ({ answer }: Exchange): string | undefined => answer?.headers['apigw-requestid'];
