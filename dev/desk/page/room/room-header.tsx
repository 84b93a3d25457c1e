import type { Sentence } from '../../../../tools/language.ts';
import type { DeskState, Scene } from '../../desk-api.ts';
import { useSay } from '../language.tsx';
import { memo } from '../memo.ts';
import { texts } from '../texts.ts';
import { BotPicture } from './room-row.tsx';

/** The head of the room: whose it is, and by whom the bot is called. */
export const RoomHeader = memo(function RoomHeader(props: {
  readonly target: DeskState['target'];
  readonly scene: Scene;
}) {
  const say = useSay();
  const { target, scene } = props;
  return (
    <header class="room-header">
      <BotPicture name={target.name} />
      <div>
        <h2>{target.name}</h2>
        <p>
          {scene.user.name} · {scene.room.name}
        </p>
      </div>
      <span class="caller">{say(callerOf(scene))}</span>
    </header>
  );
});

function callerOf(scene: Scene): Sentence {
  if (scene.protocol === 'smart-chat') return texts.protocols['smart-chat'];
  return scene.room.kind === 'group' ? texts.group : texts.callers[scene.caller];
}
