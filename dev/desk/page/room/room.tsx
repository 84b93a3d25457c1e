import { useCallback, useMemo, useRef } from 'preact/hooks';
import type { DeskState } from '../../desk-api.ts';
import { sendAct } from '../desk-client.ts';
import type { Tap } from '../draw/props.ts';
import { SkillQuickReplies } from '../draw/skill-quick-replies.tsx';
import { TypingDots } from '../draw/typing-dots.tsx';
import { type Feed, keyOf } from '../feed.ts';
import { useLanguage, useSay } from '../language.tsx';
import { useAsk, useTell } from '../tell.tsx';
import { texts } from '../texts.ts';
import { Composer } from './composer.tsx';
import { Conversation } from './conversation.tsx';
import { RoomHeader } from './room-header.tsx';
import { isAwaited, isInRoom, quickRepliesOf, type RoomItem } from './room-items.ts';
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
  const place = useRef<HTMLElement>(null);
  useFocusKept(place);
  const items = useMemo(() => roomItems(feed.exchanges, scene), [feed.exchanges, scene]);
  const lines = useMemo(() => roomLines(items, scene), [items, scene]);
  const isRemembered = (item: RoomItem): boolean => feed.remembered.has(keyOf(item.exchange));
  const quick = quickRepliesOf(items, scene);
  return (
    <section class="room" id="room" aria-label={say(texts.room)} ref={place}>
      <RoomHeader target={target} scene={scene} database={state.database} />
      <Conversation
        key={`${scene.room.id} ${scene.user.botUserKey}`}
        items={items}
        userKey={scene.user.botUserKey}
      >
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
        {isTyping(feed, scene) && <Typing botName={target.name} />}
      </Conversation>
      <Composer state={state} items={items} />
    </section>
  );
}

function Typing({ botName }: { readonly botName: string }) {
  return (
    <div class="row bot first">
      <BotPicture name={botName} />
      <TypingDots language={useLanguage()} />
    </div>
  );
}

/** Whether an answer or a callback is awaited in this room: a desk that was restarted awaits none of before. */
function isTyping({ exchanges, remembered }: Feed, scene: DeskState['scene']): boolean {
  return exchanges.some(one => isAwaited(one) && isInRoom(one, scene) && remembered.has(keyOf(one)));
}

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
