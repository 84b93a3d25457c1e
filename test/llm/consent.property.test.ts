import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { ChatMessage } from '../../lambda/llm/index.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { runs } from '../kit/property.ts';
import { take, turnOf, USER } from '../kit/turns.ts';
import { LATTES, modelOf, orderTool, toolBot } from './tool-cafe.ts';

/** One thing that the user does. */
type Act =
  | { readonly does: 'orders' | 'agrees' | 'refuses' | 'talks'; readonly room: string | undefined }
  /** Taps a button of the question that was asked so many questions ago. */
  | {
      readonly does: 'taps';
      readonly ago: number;
      readonly agrees: boolean;
      readonly room: string | undefined;
    }
  | { readonly does: 'waits'; readonly ms: number };

const room = fc.constantFrom(undefined, undefined, undefined, 'g1', 'g2');
const acts = fc.array(
  fc.oneof(
    fc.record({ does: fc.constantFrom('orders', 'orders', 'agrees', 'refuses', 'talks'), room }),
    fc.record({ does: fc.constant('taps'), ago: fc.nat(2), agrees: fc.boolean(), room }),
    fc.record({ does: fc.constant('waits'), ms: fc.constantFrom(300_000, 599_999, 600_000) }),
  ) as fc.Arbitrary<Act>,
  { minLength: 1, maxLength: 14 },
);

const WORDS = { orders: '라떼 주문', agrees: '네', refuses: '아니요', talks: '안녕' } as const;

let clock: jest.SpiedFunction<typeof Date.now>;

beforeEach(() => {
  clock = jest.spyOn(Date, 'now');
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('whatever a user says, taps and waits, in whichever room', () => {
  test('a tool runs where its open question is agreed to, and nowhere else', async () => {
    await fc.assert(
      fc.asyncProperty(acts, async list => {
        // The model orders whenever it is asked to: it would do so again and again.
        const last = (messages: readonly ChatMessage[]): string => String(messages.at(-1)?.content);
        const ask = ({ messages }: { messages: ChatMessage[] }) =>
          modelOf(last(messages).startsWith(WORDS.orders) ? LATTES : '네, 말씀하세요.').ask({ messages });
        const { done, order } = orderTool();
        const bot = toolBot(ask, { order }, { askFirst: ['order'] });
        const store = new MemorySessionStore();
        let now = Date.UTC(2026, 10, 22);
        clock.mockImplementation(() => now);
        let open: { readonly id: string; readonly at: number; readonly room: string | undefined } | undefined;
        const asked: string[] = [];
        let expected = 0;
        for (const act of list) {
          if (act.does === 'waits') {
            now += act.ms;
            continue;
          }
          const id = act.does === 'taps' ? (asked.at(-1 - act.ago) ?? 'none') : undefined;
          const agrees = act.does === 'taps' ? act.agrees : act.does === 'agrees';
          const text = act.does === 'taps' ? WORDS[agrees ? 'agrees' : 'refuses'] : WORDS[act.does];
          const extra = id === undefined ? {} : { asked: id, agrees };
          const request = turnOf({ kind: 'utterance', text, extra });
          const outcome = await take(bot, store, {
            ...request,
            ...(act.room && { group: { key: act.room } }),
          });
          expect(outcome.kind).toBe('answered');

          if (open && now >= open.at + 600_000) open = undefined;
          const isHere = open !== undefined && open.room === act.room;
          const answers = isHere && (id === undefined || id === open?.id);
          if (answers && agrees) expected++;
          if (answers) open = undefined;
          if (act.does === 'orders') {
            open = { id: request.id, at: now, room: act.room };
            asked.push(request.id);
          }
          expect(done).toHaveLength(expected);
          const { talk } = JSON.parse((await store.load(USER)).state ?? '{}');
          expect(talk?.asked?.id).toBe(open?.id);
        }
        expect(new Set(done.map(({ key }) => key)).size).toBe(done.length);
      }),
      runs(1_000),
    );
  });
});
