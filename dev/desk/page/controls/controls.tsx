import type { DeskState } from '../../desk-api.ts';
import { useSay } from '../language.tsx';
import { memo } from '../memo.ts';
import { texts } from '../texts.ts';
import { BlockGroup, DoingGroup, EventApiGroup, PluginGroup, ValidationGroup } from './acts.tsx';
import { type Look, LookGroup } from './look.tsx';
import { ProtocolGroup, RoomGroup, UserGroup } from './who-and-where.tsx';
import { FaultsGroup, KeepingGroup } from './world.tsx';

/** Everything that a developer can change about who talks, from where, and in what a world. */
export const Controls = memo(function Controls(props: { readonly state: DeskState; readonly look: Look }) {
  const { state } = props;
  const say = useSay();
  return (
    <>
      <header class="panel-head">
        <h2>{say(texts.controls)}</h2>
      </header>
      <div class="groups">
        <ProtocolGroup state={state} />
        <UserGroup state={state} />
        <RoomGroup state={state} />
        <DoingGroup state={state} />
        <BlockGroup state={state} />
        <PluginGroup state={state} />
        <ValidationGroup state={state} />
        <EventApiGroup state={state} />
        <FaultsGroup state={state} />
        <KeepingGroup state={state} />
        <LookGroup look={props.look} target={state.target} />
      </div>
    </>
  );
});
