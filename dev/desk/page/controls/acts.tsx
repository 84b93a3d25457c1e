import type { ComponentChildren } from 'preact';
import type { Sentence } from '../../../../tools/language.ts';
import type { Act, DeskState } from '../../desk-api.ts';
import { sendAct } from '../desk-client.ts';
import { useSay } from '../language.tsx';
import { useAsk, useTell } from '../tell.tsx';
import { texts } from '../texts.ts';
import { whyNot } from './availability.ts';
import { Field, Group } from './group.tsx';
import { readParams } from './params.ts';

const PLUGINS = ['profile', 'location', 'secure-image'] as const;

/** Something that a user does without words. */
export function DoingGroup({ state }: { readonly state: DeskState }) {
  const say = useSay();
  const ask = useAsk();
  const why = whyNot('friend-notices', state.scene);
  const act = (kind: 'enters' | 'adds-friend' | 'blocks-friend' | 'leaves', isOff: boolean) => (
    <button type="button" disabled={isOff} onClick={() => void ask(sendAct({ kind }))}>
      {say(texts.acts[kind])}
    </button>
  );
  return (
    <Group name={texts.doing}>
      <div class="buttons-row">
        {act('enters', false)}
        {act('adds-friend', why !== undefined)}
        {act('blocks-friend', why !== undefined)}
        {act('leaves', why !== undefined)}
      </div>
      {why && <p class="why">{say(why)}</p>}
    </Group>
  );
}

/** A block of the admin centre, called by its name. */
export function BlockGroup({ state }: { readonly state: DeskState }) {
  const say = useSay();
  return (
    <ActForm
      name={texts.block}
      why={whyNot('blocks', state.scene)}
      submit={texts.callBlock}
      actOf={({ block = '', utterance = '', params = '' }) => {
        const read = readParams(params);
        if ('says' in read) return read;
        return { kind: 'calls-block', block, ...(utterance && { utterance }), params: read.params };
      }}
    >
      <Field name={texts.blockName}>
        <input name="block" required maxLength={100} />
      </Field>
      <Field name={texts.utterance}>
        <input name="utterance" maxLength={1000} />
      </Field>
      <Field name={texts.params}>
        <textarea name="params" rows={2} placeholder={say(texts.paramsHint)} />
      </Field>
    </ActForm>
  );
}

/** A plugin of a block's parameter, and its made-up result. */
export function PluginGroup({ state }: { readonly state: DeskState }) {
  const say = useSay();
  return (
    <ActForm
      name={texts.plugin}
      why={whyNot('blocks', state.scene)}
      submit={texts.usePlugin}
      actOf={({ plugin, block = '', param = '' }) => ({
        kind: 'uses-plugin',
        plugin: PLUGINS.find(one => one === plugin) ?? 'profile',
        block,
        param,
      })}
    >
      <Field name={texts.whichPlugin}>
        <select name="plugin">
          {PLUGINS.map(plugin => (
            <option key={plugin} value={plugin}>
              {say(texts.plugins[plugin])}
            </option>
          ))}
        </select>
      </Field>
      <Field name={texts.blockName}>
        <input name="block" required maxLength={100} />
      </Field>
      <Field name={texts.paramName}>
        <input name="param" required maxLength={100} />
      </Field>
    </ActForm>
  );
}

/** A value that the bot's validation judges before Kakao fills a parameter. */
export function ValidationGroup({ state }: { readonly state: DeskState }) {
  return (
    <ActForm
      name={texts.validation}
      why={whyNot('validation', state.scene)}
      submit={texts.validate}
      actOf={({ param = '', value = '' }) => ({ kind: 'fills', param, value })}
    >
      <Field name={texts.paramName}>
        <input name="param" required maxLength={100} />
      </Field>
      <Field name={texts.value}>
        <input name="value" required maxLength={1000} />
      </Field>
    </ActForm>
  );
}

/** An event that another server sends by the Event API. */
export function EventApiGroup({ state }: { readonly state: DeskState }) {
  const say = useSay();
  return (
    <ActForm
      name={texts.eventApi}
      why={whyNot('blocks', state.scene)}
      submit={texts.sendEvent}
      actOf={({ name = '', data = '', params = '' }) => {
        const [readData, readOthers] = [readParams(data), readParams(params)];
        if ('says' in readData) return readData;
        if ('says' in readOthers) return readOthers;
        return { kind: 'gets-event', name, data: readData.params, params: readOthers.params };
      }}
    >
      <Field name={texts.eventName}>
        <input name="name" required maxLength={100} />
      </Field>
      <Field name={texts.eventData}>
        <textarea name="data" rows={1} placeholder={say(texts.paramsHint)} />
      </Field>
      <Field name={texts.params}>
        <textarea name="params" rows={1} placeholder={say(texts.paramsHint)} />
      </Field>
    </ActForm>
  );
}

/** A form whose fields make an act. */
function ActForm(props: {
  readonly name: Sentence;
  readonly why: Sentence | undefined;
  readonly submit: Sentence;
  /** The act, or why what was typed can't be read. */
  readonly actOf: (typed: Readonly<Record<string, string>>) => Act | { readonly says: Sentence };
  readonly children: ComponentChildren;
}) {
  const say = useSay();
  const ask = useAsk();
  const tell = useTell();
  const submit = async (form: HTMLFormElement): Promise<void> => {
    const typed = Object.fromEntries(
      [...new FormData(form)].map(([name, value]) => [name, String(value).trim()]),
    );
    const act = props.actOf(typed);
    if ('says' in act) tell(act.says);
    else await ask(sendAct(act));
  };
  return (
    <form
      onSubmit={submitted => {
        submitted.preventDefault();
        void submit(submitted.currentTarget);
      }}
    >
      <Group name={props.name} why={props.why}>
        {props.children}
        <button type="submit">{say(props.submit)}</button>
      </Group>
    </form>
  );
}
