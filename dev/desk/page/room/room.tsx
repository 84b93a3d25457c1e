import { useCallback, useMemo, useRef } from 'preact/hooks';
import type { DeskState } from '../../desk-api.ts';
import { sendAct } from '../desk-client.ts';
import type { Tap } from '../draw/props.ts';
import { SkillQuickReplies } from '../draw/skill-quick-replies.tsx';
import { SmartChatKeyboard } from '../draw/smart-chat-keyboard.tsx';
import { TypingDots } from '../draw/typing-dots.tsx';
import { type Feed, keyOf } from '../feed.ts';
import { useLanguage, useSay } from '../language.tsx';
import { useAsk, useTell } from '../tell.tsx';
import { texts } from '../texts.ts';
import { Conversation } from './conversation.tsx';
import { MessageBox } from './message-box.tsx';
import { RoomHeader } from './room-header.tsx';
import { isAwaited, isInRoom, keyboardOf, quickRepliesOf, type RoomItem } from './room-items.ts';
import { roomItems, roomLines } from './room-layout.ts';
import { BotPicture, DayLine, RoomRow } from './room-row.tsx';
import { useFocusKept } from './use-focus-kept.ts';

type AnswerItem = RoomItem & { readonly kind: 'answer' };

/** KakaoTalk's room, as its user has it on the phone. */
export function Room(props: {
  readonly feed: Feed;
  readonly state: DeskState;
  readonly showsImages: boolean;
  readonly onInspect: (item: RoomItem) => void;
}) {
  const { feed, state, showsImages } = props;
  const { scene, target } = state;
  const say = useSay();
  const language = useLanguage();
  const onTap = useTap();
  const items = useMemo(() => roomItems(feed.exchanges, scene), [feed.exchanges, scene]);
  const lines = useMemo(() => roomLines(items, scene), [items, scene]);
  const isRemembered = (item: RoomItem): boolean => feed.remembered.has(keyOf(item.exchange));
  const quick = quickRepliesOf(items, scene);
  const isTyping = feed.exchanges.some(
    one => isInRoom(one, scene) && isAwaited(one) && feed.remembered.has(keyOf(one)),
  );
  return (
    <section class="room" aria-label={say(texts.room)}>
      <RoomHeader target={target} scene={scene} />
      <Conversation items={items} isBusy={feed.connection === 'connecting'}>
        {lines.length === 0 && <p class="room-empty">{say(texts.emptyRoom)}</p>}
        {lines.map(line =>
          line.kind === 'day' ? (
            <DayLine key={line.key} at={line.at} />
          ) : (
            <RoomRow
              key={line.key}
              item={line.item}
              side={line.side}
              isFirst={line.isFirst}
              hasMinute={line.hasMinute}
              canTap={isRemembered(line.item)}
              botName={target.name}
              showsImages={showsImages}
              onTap={onTap}
              onInspect={props.onInspect}
            />
          ),
        )}
        {quick && isRemembered(quick) && (
          <SkillQuickReplies
            answer={quick.answer}
            violations={quick.violations}
            language={language}
            showsImages={showsImages}
            onTap={tap => onTap(quick, tap)}
          />
        )}
        {isTyping && (
          <div class="row bot first">
            <BotPicture name={target.name} />
            <TypingDots language={language} />
          </div>
        )}
      </Conversation>
      <Composer state={state} items={items} />
    </section>
  );
}

/** The input line, or the buttons that smart-chat puts in its place. */
function Composer({ state, items }: { readonly state: DeskState; readonly items: readonly RoomItem[] }) {
  const ask = useAsk();
  const place = useRef<HTMLDivElement>(null);
  const buttons = keyboardOf(state);
  useFocusKept(place, buttons?.join('\n') ?? '');
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
          media={state.scene.protocol === 'smart-chat' ? ['photo', 'video', 'audio'] : ['photo']}
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

/** Taps what stands in an answer: what the phone does by itself never reaches the bot. */
function useTap(): (item: AnswerItem, tap: Tap) => void {
  const ask = useAsk();
  const tell = useTell();
  return useCallback(
    (item, tap) => {
      if (tap.url !== undefined) return;
      if (tap.action !== 'message' && tap.action !== 'block') return tell(texts.doneByPhone(tap.label));
      const at = { exchange: item.exchange.id, path: tap.path, ...(item.isLate && { isLate: true }) };
      void ask(sendAct({ kind: 'taps', at }));
    },
    [ask, tell],
  );
}
