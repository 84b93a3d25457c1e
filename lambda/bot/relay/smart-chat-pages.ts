import { isObject } from '../../json-reader.ts';
import { type AtMost, atMost } from '../at-most.ts';
import type { QuickReply } from '../components.ts';
import type { Incoming } from '../incoming.ts';
import { button } from '../reply.ts';
import { shortLabels } from './labels.ts';

/** Buttons of an old server, as they were shown. */
export interface ShownButtons {
  readonly buttons: readonly string[];
  /** When (epoch ms): by it a page is known to be of these. */
  readonly shownAt: number;
}

/** A tap on the gateway's button for another page of an old server's buttons. */
export interface PageTap {
  /** From 0. */
  readonly page: number;
  /** The {@link ShownButtons.shownAt} of the buttons that it pages through. */
  readonly of: number;
}

/** A page of buttons as quick replies. */
export interface ButtonPage {
  readonly quickReplies: AtMost<10, QuickReply>;
  /** From 1. */
  readonly number: number;
  readonly count: number;
}

const MOST_QUICK_REPLIES = 10;

/** The member of an `extra` by which a tap on a page's button is told from the typed word. */
const MARK = 'smartChatPage';

const BACK = '◀ 이전';
const NEXT = '다음 ▶';

/** A page of buttons, by its number from 0; the last one where there are fewer. */
export function pageOf({ buttons, shownAt }: ShownButtons, wanted = 0): ButtonPage {
  const starts = startsOf(buttons.length);
  const page = Math.min(wanted, starts.length - 1);
  const [from, to] = [starts[page] ?? 0, starts[page + 1] ?? buttons.length];
  const labels = shortLabels(buttons).slice(from, to);
  const turn = (label: string, to: number): QuickReply =>
    button.message(label, label, { [MARK]: { page: to, of: shownAt } });
  const own = buttons.slice(from, to).map((words, at) => button.message(labels[at] ?? words, words));
  return {
    quickReplies: atMost(MOST_QUICK_REPLIES, [
      ...own,
      ...(page > 0 ? [turn(BACK, page - 1)] : []),
      ...(page < starts.length - 1 ? [turn(NEXT, page + 1)] : []),
    ]),
    number: page + 1,
    count: starts.length,
  };
}

/** Where each page begins: the buttons between them take a place or two. */
function startsOf(length: number): readonly number[] {
  const starts = [0];
  if (length <= MOST_QUICK_REPLIES) return starts;
  for (let from = MOST_QUICK_REPLIES - 1; ; from += MOST_QUICK_REPLIES - 2) {
    starts.push(from);
    if (length - from <= MOST_QUICK_REPLIES - 1) return starts;
  }
}

/** The page that a tap asks for; undefined where it asks for none. */
export function pageTapOf(incoming: Incoming): PageTap | undefined {
  const mark = incoming.kind === 'utterance' ? incoming.extra[MARK] : undefined;
  if (!isObject(mark)) return undefined;
  const { page, of } = mark;
  if (!Number.isSafeInteger(page) || Number(page) < 0 || typeof of !== 'number') return undefined;
  return { page: Number(page), of };
}
