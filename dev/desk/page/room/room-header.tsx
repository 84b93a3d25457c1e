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
  readonly database: DeskState['database'];
}) {
  const say = useSay();
  const { target, scene, database } = props;
  return (
    <header class="room-header">
      <BotPicture name={target.name} />
      <div>
        <h2>{target.name}</h2>
        <p>
          {scene.user.name} · {scene.room.name}
        </p>
      </div>
      {isTroubled(scene, database) && <span class="caller troubled">{say(texts.faultsOn)}</span>}
      <span class="caller">{say(callerOf(scene))}</span>
    </header>
  );
});

/** Whether something is wrong with the world, which outlives the desk. */
function isTroubled({ faults }: Scene, database: DeskState['database']): boolean {
  const { networkMs, isSentTwice, callback } = faults;
  return networkMs > 0 || isSentTwice || callback !== 'taken' || database === 'down';
}

function callerOf(scene: Scene): Sentence {
  if (scene.protocol === 'smart-chat') return texts.protocols['smart-chat'];
  return scene.room.kind === 'group' ? texts.group : texts.callers[scene.caller];
}
