import { type AtMost, atMost, present } from './at-most.ts';
import type { Button, Output, QuickReply } from './components.ts';
import type { GroupButton, GroupOutput } from './group-components.ts';
import type { Loss, Lost } from './loss.ts';
import type { LongReply } from './reply.ts';

/** What a private chat shows of a reply of any length. */
export interface PrivateReply {
  readonly outputs: readonly Output[];
  readonly quickReplies: LongReply['quickReplies'] | undefined;
  readonly mentions: LongReply['mentions'] | undefined;
}

/** The reply without what only a group room shows: surplus buttons become quick replies, mentions go. */
export function privately(reply: LongReply, lost: Loss[]): PrivateReply {
  const outputs = present<Output | GroupOutput>(reply.outputs);
  const { quickReplies, mentions } = reply;
  if (outputs.every(isPrivate)) return { outputs, quickReplies, mentions };
  const surplus: QuickReply[] = [];
  const own = outputs.map((output, index) =>
    isPrivate(output)
      ? output
      : withoutGroup(output, surplus, what => {
          lost.push({ what, output: index });
        }),
  );
  return { outputs: own, quickReplies: [...present(quickReplies), ...surplus], mentions };
}

/** Where a text names a member of a group room. */
const MENTION = /\{\{#mentions\.[^{}]*\}\}/g;

const GROUP_ACTIONS: readonly string[] = [
  'guide',
  'invite',
  'inviteMember',
  'mention',
  'settings',
] satisfies GroupButton['action'][];

function isPrivate(output: Output | GroupOutput): output is Output {
  if ('simpleText' in output) {
    return !('extra' in output.simpleText) && !output.simpleText.text.includes('{{#mentions.');
  }
  if ('simpleImage' in output || 'commerceCard' in output || 'carousel' in output) return true;
  if ('listCard' in output) return !('listLayout' in output.listCard) && areOwn(output.listCard.buttons);
  if ('textCard' in output) return areOwn(output.textCard.buttons);
  return areOwn(('basicCard' in output ? output.basicCard : output.itemCard).buttons);
}

type AnyButtons = readonly (Button | GroupButton | undefined)[] | undefined;

type LaidOut =
  | { readonly buttons: AtMost<2, Button>; readonly buttonLayout: 'horizontal' }
  | { readonly buttons: AtMost<3, Button>; readonly buttonLayout: 'vertical' };

function areOwn(buttons: AnyButtons): boolean {
  return buttons === undefined || (buttons.length <= 3 && buttons.every(one => !one || isOwn(one)));
}

function isOwn(button: Button | GroupButton): button is Button {
  return !GROUP_ACTIONS.includes(button.action);
}

function withoutGroup(output: GroupOutput, surplus: QuickReply[], report: (what: Lost) => void): Output {
  const buttonsOf = (card: { buttons?: AnyButtons; buttonLayout?: LaidOut['buttonLayout'] }): LaidOut => {
    const all = present(card.buttons);
    const own = all.filter(isOwn);
    if (own.length < all.length) report('group-button');
    for (const button of own.slice(3)) {
      if (button.action === 'message' || button.action === 'block') surplus.push(button);
      else report('button');
    }
    return card.buttonLayout === 'horizontal'
      ? { buttons: atMost(2, own), buttonLayout: 'horizontal' }
      : { buttons: atMost(3, own), buttonLayout: 'vertical' };
  };
  if ('simpleText' in output) {
    const { extra, text, ...others } = output.simpleText;
    const words = text.replace(MENTION, '');
    if (extra) report('markdown');
    if (words !== text) report('mention');
    return { simpleText: { ...others, text: words } };
  }
  if ('simpleImage' in output) return output;
  if ('textCard' in output) return { textCard: { ...output.textCard, ...buttonsOf(output.textCard) } };
  if ('basicCard' in output) return { basicCard: { ...output.basicCard, ...buttonsOf(output.basicCard) } };
  if ('itemCard' in output) return { itemCard: { ...output.itemCard, ...buttonsOf(output.itemCard) } };
  const { listLayout, ...list } = output.listCard;
  if (listLayout) report('ranking');
  return { listCard: { ...list, ...buttonsOf(list) } };
}
