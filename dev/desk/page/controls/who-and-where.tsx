import { useRef } from 'preact/hooks';
import type { Sentence } from '../../../../tools/language.ts';
import type { DeskState, Scene } from '../../desk-api.ts';
import { changeScene } from '../desk-client.ts';
import { useSay } from '../language.tsx';
import { useAsk } from '../tell.tsx';
import { texts } from '../texts.ts';
import { whyNot, whyNotSpoken } from './availability.ts';
import { Choice, Field, Group, Switch } from './group.tsx';

const PROTOCOLS = ['open-builder', 'smart-chat'] as const;
const CALLERS = ['live', 'dev', 'bot-test', 'skill-test'] as const;

/** Which of Kakao's APIs calls the bot, from where. */
export function ProtocolGroup({ state }: { readonly state: DeskState }) {
  const say = useSay();
  const ask = useAsk();
  const { scene } = state;
  const reasons = PROTOCOLS.map(protocol => whyNotSpoken(protocol, state)).filter(why => why !== undefined);
  return (
    <Group name={texts.protocol}>
      <div class="segments">
        {PROTOCOLS.map(protocol => (
          <label key={protocol}>
            <input
              type="radio"
              name="protocol"
              value={protocol}
              checked={scene.protocol === protocol}
              disabled={whyNotSpoken(protocol, state) !== undefined}
              onChange={() => void ask(changeScene({ protocol }))}
            />
            <span>{say(texts.protocols[protocol])}</span>
          </label>
        ))}
      </div>
      {reasons.map(why => (
        <p key={why.en} class="why">
          {say(why)}
        </p>
      ))}
      <Choice<Scene['caller']>
        name={texts.caller}
        value={scene.caller}
        options={CALLERS.map(value => ({ value, name: say(texts.callers[value]) }))}
        why={whyNot('caller', scene)}
        onChoose={caller => ask(changeScene({ caller }))}
      />
    </Group>
  );
}

/** Who talks to the bot. */
export function UserGroup({ state }: { readonly state: DeskState }) {
  const ask = useAsk();
  const { scene, users } = state;
  return (
    <Group name={texts.user}>
      <Choice
        name={texts.chooseUser}
        value={scene.user.name}
        options={users.map(({ name }) => ({ value: name, name }))}
        onChoose={user => ask(changeScene({ user }))}
      />
      <NewName name={texts.newUser} onName={user => ask(changeScene({ user }))} />
      <Switch
        name={texts.isFriend}
        isOn={scene.user.isFriend}
        why={whyNot('friend', scene)}
        isReasonBelow
        onSwitch={isFriend => ask(changeScene({ isFriend }))}
      />
      <Switch
        name={texts.isLinked}
        isOn={scene.user.appUserId !== undefined}
        why={whyNot('account', scene)}
        onSwitch={isLinked => ask(changeScene({ isLinked }))}
      />
    </Group>
  );
}

/** The room that they are in. */
export function RoomGroup({ state }: { readonly state: DeskState }) {
  const say = useSay();
  const ask = useAsk();
  const { scene, rooms } = state;
  const noGroups = whyNot('group', scene);
  return (
    <Group name={texts.whichRoom}>
      <Choice
        name={texts.chooseRoom}
        value={scene.room.name}
        options={rooms.map(({ name, kind }) => ({
          value: name,
          name: kind === 'group' ? `${name} (${say(texts.group)})` : name,
          isDisabled: kind === 'group' && noGroups !== undefined,
        }))}
        onChoose={room => ask(changeScene({ room }))}
      />
      <NewName name={texts.newRoom} why={noGroups} onName={room => ask(changeScene({ room }))} />
      {noGroups && <p class="why">{say(noGroups)}</p>}
    </Group>
  );
}

/** A name for somebody or something new. */
function NewName(props: {
  readonly name: Sentence;
  readonly why?: Sentence | undefined;
  readonly onName: (name: string) => Promise<boolean>;
}) {
  const say = useSay();
  const field = useRef<HTMLInputElement>(null);
  const submit = async (): Promise<void> => {
    const name = field.current?.value.trim() ?? '';
    if (name !== '' && (await props.onName(name)) && field.current) field.current.value = '';
  };
  const isOff = props.why !== undefined;
  return (
    <form
      class="new-name"
      onSubmit={submitted => {
        submitted.preventDefault();
        void submit();
      }}
    >
      <Field name={props.name}>
        <input ref={field} maxLength={40} required disabled={isOff} placeholder={say(texts.name)} />
      </Field>
      <button type="submit" disabled={isOff} aria-label={say(texts.addNew(props.name))}>
        {say(texts.add)}
      </button>
    </form>
  );
}
