import type { VNode } from 'preact';
import { useDrawing } from './drawing.ts';
import type { DrawnButton, DrawnFoot } from './model.ts';
import type { Tap } from './props.ts';
import { Sign } from './sign.tsx';
import { WebLink } from './words.tsx';

/** A card's buttons, full in width below each other, or side by side. */
export function Buttons({ foot }: { readonly foot: DrawnFoot }): VNode | null {
  if (foot.buttons.length === 0) return null;
  return (
    <div class={`buttons${foot.isRow ? ' is-row' : ''}`}>
      {foot.buttons.map(button => (
        <div class="button-place" key={button.path}>
          <TapButton button={button} class="button" />
          <Sign path={button.path} />
        </div>
      ))}
    </div>
  );
}

/** Something that can be tapped: a link where it leads somewhere, else a button; with its label on one line. */
export function TapButton(props: {
  readonly button: DrawnButton;
  readonly class: string;
  readonly children?: preact.ComponentChildren;
}): VNode {
  const { button } = props;
  const { onTap } = useDrawing();
  const tap = onTap && (() => onTap(tapOf(button)));
  const inside = props.children ?? <span class="one-line">{button.label}</span>;
  if (button.url !== undefined) {
    return (
      <WebLink url={button.url} class={props.class} onOpen={tap}>
        {inside}
      </WebLink>
    );
  }
  return (
    <button type="button" class={props.class} title={titleOf(button)} disabled={!tap} onClick={tap}>
      {inside}
    </button>
  );
}

/** Labels are cut where they are too long: a mouse may read the rest. */
const titleOf = ({ label }: DrawnButton): string | undefined => (label.length > 8 ? label : undefined);

function tapOf({ path, label, action, url }: DrawnButton): Tap {
  return { path, label, action, ...(url === undefined ? {} : { url }) };
}
