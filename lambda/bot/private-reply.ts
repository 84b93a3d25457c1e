import { type AtMost, atMost, compact } from './at-most.ts';
import { type ByComponent, byComponent } from './by-component.ts';
import type { Button, Output, QuickReply } from './components.ts';
import type { GroupButton, GroupListCard, GroupOutput, GroupText } from './group-components.ts';
import type { Loss, Lost } from './loss.ts';
import type { SettledReply } from './reply.ts';

/** A reply of any length as far as a private room shows it. */
export interface PrivateReply {
  readonly outputs: readonly Output[];
  readonly quickReplies: SettledReply['quickReplies'];
  readonly mentions: SettledReply['mentions'];
}

/** The reply without what only a group room shows: surplus buttons become quick replies, mentions go. */
export function forPrivateRoom(reply: SettledReply, lost: Loss[]): PrivateReply {
  const { outputs, quickReplies, mentions } = reply;
  if (outputs.every(isPrivate)) return { outputs, quickReplies, mentions };
  const surplus: QuickReply[] = [];
  const own = outputs.map((output, index) =>
    isPrivate(output)
      ? output
      : byComponent(output, PRIVATE_FORMS, {
          surplus,
          report: what => {
            lost.push({ what, output: index });
          },
        }),
  );
  return { outputs: own, quickReplies: [...(quickReplies ?? []), ...surplus], mentions };
}

/** Where a text names a member of a group room. */
export const MENTION = /\{\{#mentions\.[^{}]*\}\}/g;

const MOST_BUTTONS = 3;

const GROUP_ACTIONS: Readonly<Record<GroupButton['action'], true>> = {
  guide: true,
  invite: true,
  inviteMember: true,
  mention: true,
  settings: true,
};

function isPrivate(output: Output | GroupOutput): output is Output {
  return byComponent(output, ARE_PRIVATE);
}

type AnyButtons = readonly (Button | GroupButton | undefined)[] | undefined;

interface AnyCard {
  readonly buttons?: AnyButtons;
  readonly buttonLayout?: LaidOut['buttonLayout'];
}

type LaidOut =
  | { readonly buttons: AtMost<2, Button>; readonly buttonLayout: 'horizontal' }
  | { readonly buttons: AtMost<3, Button>; readonly buttonLayout: 'vertical' };

const areOwn = ({ buttons }: AnyCard): boolean =>
  buttons === undefined || (buttons.length <= MOST_BUTTONS && buttons.every(one => !one || isOwn(one)));

const isOwn = (button: Button | GroupButton): button is Button =>
  !Object.hasOwn(GROUP_ACTIONS, button.action);

/** Whether a private room shows a component as it is. */
const ARE_PRIVATE: ByComponent<[], boolean> = {
  simpleText: text => !('extra' in text) && !text.text.includes('{{#mentions.'),
  simpleImage: () => true,
  textCard: areOwn,
  basicCard: areOwn,
  commerceCard: areOwn,
  listCard: card => !('listLayout' in card) && areOwn(card),
  itemCard: areOwn,
  carousel: () => true,
};

interface Rest {
  readonly surplus: QuickReply[];
  readonly report: (what: Lost) => void;
}

/** A component as a private room shows it; what has no room in it is told, or handed on. */
const PRIVATE_FORMS: ByComponent<[Rest], Output> = {
  simpleText({ extra, text, ...others }: GroupText, { report }) {
    const words = text.replace(MENTION, '');
    if (extra) report('markdown');
    if (words !== text) report('mention');
    return { simpleText: { ...others, text: words } };
  },
  simpleImage: simpleImage => ({ simpleImage }),
  textCard: (card, rest) => ({ textCard: { ...card, ...ownButtons(card, rest) } }),
  basicCard: (card, rest) => ({ basicCard: { ...card, ...ownButtons(card, rest) } }),
  commerceCard: (card, rest) => ({ commerceCard: { ...card, ...ownButtons(card, rest) } }),
  listCard({ listLayout, ...list }: GroupListCard, rest) {
    if (listLayout) rest.report('ranking');
    return { listCard: { ...list, ...ownButtons(list, rest) } };
  },
  itemCard: (card, rest) => ({ itemCard: { ...card, ...ownButtons(card, rest) } }),
  carousel: carousel => ({ carousel }),
};

function ownButtons({ buttons, buttonLayout }: AnyCard, { surplus, report }: Rest): LaidOut {
  const all = compact(buttons);
  const own = all.filter(isOwn);
  if (own.length < all.length) report('group-button');
  for (const button of own.slice(MOST_BUTTONS)) {
    if (button.action === 'message' || button.action === 'block') surplus.push(button);
    else report('button');
  }
  return buttonLayout === 'horizontal'
    ? { buttons: atMost(2, own), buttonLayout: 'horizontal' }
    : { buttons: atMost(3, own), buttonLayout: 'vertical' };
}
