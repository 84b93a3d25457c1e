import { useRef, useState } from 'preact/hooks';
import type { DeskState, ScenePatch } from '../../desk-api.ts';
import { changeScene, clearRoom, forgetSession, readSession } from '../desk-client.ts';
import { JsonTree } from '../inspector/json-tree.tsx';
import { useSay } from '../language.tsx';
import { useAsk, useTell } from '../tell.tsx';
import { texts } from '../texts.ts';
import { hasSessions, whyNot } from './availability.ts';
import { Choice, Group, Switch } from './group.tsx';

const DELAYS_MS = [0, 500, 1_000, 2_000, 4_000, 6_000];

/** Troubles that a bot must live with. */
export function FaultsGroup({ state }: { readonly state: DeskState }) {
  const say = useSay();
  const ask = useAsk();
  const { faults } = state.scene;
  const why = whyNot('callback-faults', state.scene);
  const change = (changed: NonNullable<ScenePatch['faults']>) => ask(changeScene({ faults: changed }));
  const delays = [...new Set([...DELAYS_MS, faults.networkMs])].toSorted((one, other) => one - other);
  return (
    <Group name={texts.faults}>
      <Choice
        name={texts.networkDelay}
        value={String(faults.networkMs)}
        options={delays.map(ms => ({
          value: String(ms),
          name: say(ms === 0 ? texts.none : texts.seconds(ms)),
        }))}
        onChoose={ms => change({ networkMs: Number(ms) })}
      />
      <Switch
        name={texts.sentTwice}
        isOn={faults.isSentTwice}
        onSwitch={isSentTwice => change({ isSentTwice })}
      />
      <Switch
        name={texts.callbackLate}
        isOn={faults.callback === 'late'}
        why={why}
        isReasonBelow
        onSwitch={isOn => change({ callback: isOn ? 'late' : 'taken' })}
      />
      <Switch
        name={texts.callbackRefusal}
        isOn={faults.callback === 'refused'}
        why={why}
        onSwitch={isOn => change({ callback: isOn ? 'refused' : 'taken' })}
      />
      {state.database && (
        <Switch
          name={texts.databaseDown}
          isOn={state.database === 'down'}
          onSwitch={isDown => ask(changeScene({ database: isDown ? 'down' : 'works' }))}
        />
      )}
    </Group>
  );
}

/** The session, the conversation, and what leads out of here. */
export function KeepingGroup({ state }: { readonly state: DeskState }) {
  const say = useSay();
  const ask = useAsk();
  const tell = useTell();
  const forget = async (): Promise<void> => {
    if (await ask(forgetSession())) tell(texts.sessionForgotten);
  };
  return (
    <>
      {hasSessions(state) && (
        <Group name={texts.session}>
          <div class="buttons-row">
            <SessionView userName={state.scene.user.name} />
            <button type="button" onClick={() => void forget()}>
              {say(texts.forgetSession)}
            </button>
          </div>
        </Group>
      )}
      <Group name={texts.conversation}>
        <div class="buttons-row">
          <button type="button" onClick={() => void ask(clearRoom())}>
            {say(texts.clearRoom)}
          </button>
        </div>
        <p class="exports">
          <span>{say(texts.exportAs)}</span>
          <a href="/desk/export/talk.yaml" download="talk.yaml">
            talk.yaml
          </a>
          <a href="/desk/export/talk.test.ts" download="talk.test.ts">
            jest
          </a>
        </p>
        <ImagesSwitch />
      </Group>
    </>
  );
}

/** Pictures of bots are fetched from wherever they lie: only when the developer wants it. */
function ImagesSwitch() {
  const isOn = new URLSearchParams(location.search).has('images');
  return (
    <Switch
      name={texts.showImages}
      isOn={isOn}
      onSwitch={wanted => location.assign(wanted ? '/?images=1' : '/')}
    />
  );
}

/** The session as it is stored. */
function SessionView({ userName }: { readonly userName: string }) {
  const say = useSay();
  const tell = useTell();
  const dialog = useRef<HTMLDialogElement>(null);
  const [session, setSession] = useState<unknown>();
  const show = async (): Promise<void> => {
    const read = await readSession();
    if ('says' in read) return tell(read.says);
    setSession(read.session);
    dialog.current?.showModal();
  };
  return (
    <>
      <button type="button" onClick={() => void show()}>
        {say(texts.seeSession)}
      </button>
      <dialog ref={dialog} class="session" aria-label={say(texts.sessionOf(userName))}>
        <header>
          <h2>{say(texts.sessionOf(userName))}</h2>
          <button type="button" onClick={() => dialog.current?.close()}>
            {say(texts.close)}
          </button>
        </header>
        {session === null ? <p>{say(texts.noSession)}</p> : <JsonTree value={session} />}
      </dialog>
    </>
  );
}
