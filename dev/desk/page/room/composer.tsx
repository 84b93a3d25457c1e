import { useEffect, useRef } from 'preact/hooks';
import type { DeskState } from '../../desk-api.ts';
import { whyNot } from '../controls/availability.ts';
import { sendAct } from '../desk-client.ts';
import type { Tap } from '../draw/props.ts';
import { SmartChatKeyboard } from '../draw/smart-chat-keyboard.tsx';
import { useAsk } from '../tell.tsx';
import { MessageBox } from './message-box.tsx';
import { keyboardOf, type RoomItem } from './room-items.ts';

/** The input line, or the buttons that smart-chat puts in its place. */
export function Composer({
  state,
  items,
}: {
  readonly state: DeskState;
  readonly items: readonly RoomItem[];
}) {
  const ask = useAsk();
  const place = useRef<HTMLDivElement>(null);
  const buttons = keyboardOf(state);
  useEffect(() => {
    // On a phone the keyboard would cover the room.
    if (matchMedia('(hover: hover)').matches) place.current?.querySelector('textarea')?.focus();
  }, []);
  const tapKeyboard = (tap: Tap): void => {
    const shown = items.findLast(
      item => item.kind === 'answer' && item.exchange.scene.protocol === 'smart-chat',
    );
    void ask(sendAct(keyboardAct(shown, tap)));
  };
  return (
    <div class="composer" ref={place}>
      {buttons ? (
        <SmartChatKeyboard keyboard={state.keyboard} onTap={tapKeyboard} />
      ) : (
        <MessageBox
          whyPhotoAlone={whyNot('video-and-audio', state.scene)}
          onSay={text => ask(sendAct({ kind: 'says', text }))}
        />
      )}
    </div>
  );
}

/** The home keyboard is no part of an answer: its buttons are said, which a bot can't tell from a tap. */
function keyboardAct(shown: RoomItem | undefined, { path, label }: Tap) {
  const exchange = shown?.kind === 'answer' && hasButton(shown.answer, label) ? shown.exchange.id : undefined;
  return exchange === undefined
    ? ({ kind: 'says', text: label } as const)
    : ({ kind: 'taps', at: { exchange, path } } as const);
}

function hasButton(answer: unknown, label: string): boolean {
  const keyboard = memberOf(answer, 'keyboard');
  const buttons = memberOf(keyboard, 'buttons');
  return Array.isArray(buttons) && buttons.includes(label);
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
