import { randomUUID } from 'node:crypto';
import { Bot } from '../../lambda/bot/index.ts';

/** A person, with every id that Kakao gives of them, and a word that nobody else says. */
export class Person {
  // Ten digits: fewer might be a part of another number.
  readonly appUserId = String(1e9 + Math.floor(Math.random() * 1e9));
  readonly word = randomUUID();
  readonly plusfriend = { live: randomUUID(), dev: randomUUID() };
  readonly botUserKey = randomUUID();

  /** All that must be nowhere once they are erased. */
  get traces(): readonly string[] {
    return [this.appUserId, this.word, this.plusfriend.live, this.plusfriend.dev, this.botUserKey];
  }
}

/** Longer than one answer shows. */
export const SENTENCES = Array.from({ length: 300 }, (_, n) => `${n}번째 문장입니다.`).join(' ');

/**
 * A bot whose rules leave of a person all that a gateway keeps: a state, the rest behind 더보기, late turns.
 * @param release gets what ends a rule that is held, by the app's id of who asked
 */
export function keepingBot(release: Map<string, () => void>): Bot<{ cart: string[] }> {
  return new Bot<{ cart: string[] }>({ session: () => ({ cart: [] }) })
    .hears(/^담기 (.+)/, turn => {
      turn.session.cart.push(turn.text);
      return `담았어요: ${turn.session.cart.join()}`;
    })
    .hears(/^길게 (.+)/, turn => `${turn.text} ${SENTENCES}`)
    .hears(/^천천히 (.+)/, turn => `다 됐어요: ${turn.text}`, { slow: '잠시만요' })
    .hears(/^붙잡기 (.+)/, {
      slow: '잠시만요',
      work: ({ user }) => new Promise<void>(resolve => release.set(user.appUserId ?? '', resolve)),
      then: turn => {
        turn.session.cart.push(turn.text);
        return `다 됐어요: ${turn.text}`;
      },
    });
}
