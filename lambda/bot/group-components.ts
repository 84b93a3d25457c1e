import type { AtMost } from './at-most.ts';
import type {
  BasicCard,
  Button,
  ItemCard,
  ListCard,
  SimpleImage,
  SimpleText,
  TextCard,
} from './components.ts';

/** One bubble in a group room, where there are no product cards and no carousels. */
export type GroupOutput =
  | { readonly simpleText: GroupText }
  | { readonly simpleImage: SimpleImage }
  | { readonly textCard: TextCard<GroupButtons> }
  | { readonly basicCard: BasicCard<GroupButtons, GroupButtonRow> }
  | { readonly listCard: GroupListCard }
  | { readonly itemCard: ItemCard<GroupButtons> };

/** Text that may say whom it mentions, `{{#mentions.<name>}}`, and be Markdown. */
export interface GroupText extends SimpleText {
  readonly extra?: { readonly markdown: boolean };
}

/** A headed list; `ranking` puts a number before each item. */
export type GroupListCard = ListCard<GroupButtons> & { readonly listLayout?: 'ranking' };

/** Up to five buttons below each other, or two side by side. */
export type GroupButtons =
  | { readonly buttons?: AtMost<5, Button | GroupButton>; readonly buttonLayout?: 'vertical' }
  | { readonly buttons?: AtMost<2, Button | GroupButton>; readonly buttonLayout?: 'horizontal' };

/** Up to two buttons side by side, or five below each other: what goes with a square picture. */
export type GroupButtonRow =
  | { readonly buttons?: AtMost<2, Button | GroupButton>; readonly buttonLayout?: 'horizontal' }
  | { readonly buttons?: AtMost<5, Button | GroupButton>; readonly buttonLayout: 'vertical' };

/** A button that only a group room has. */
export interface GroupButton {
  readonly label: string;
  readonly action: 'guide' | 'invite' | 'inviteMember' | 'mention' | 'settings';
}

/** A member of the room by one of the ids, under the name that the text gives: `{{#mentions.<name>}}`. */
export type Mention = { readonly name: string } & (
  | { readonly botUserKey: string }
  | { readonly appUserId: string }
);
