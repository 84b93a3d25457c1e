import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Sentence } from '../../../../tools/language.ts';
import { useSay } from '../language.tsx';

/** Controls that belong together; where they can't be used, the reason stands above them. */
export function Group(props: {
  readonly name: Sentence;
  readonly why?: Sentence | undefined;
  readonly children: ComponentChildren;
}) {
  const say = useSay();
  const reason = useId();
  const { why } = props;
  return (
    <fieldset class="group" disabled={why !== undefined} aria-describedby={why && reason}>
      <legend>{say(props.name)}</legend>
      {why && (
        <p class="why" id={reason}>
          {say(why)}
        </p>
      )}
      {props.children}
    </fieldset>
  );
}

/** A field with its label before it. */
export function Field(props: { readonly name: Sentence; readonly children: ComponentChildren }) {
  const say = useSay();
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child.
    <label class="field">
      <span>{say(props.name)}</span>
      {props.children}
    </label>
  );
}

/** Something that is on or off. */
export function Switch(props: {
  readonly name: Sentence;
  readonly isOn: boolean;
  readonly onSwitch: (isOn: boolean) => unknown;
  readonly why?: Sentence | undefined;
  /** Whether the reason is read out alone: the next switch shows the same one. */
  readonly isReasonBelow?: boolean;
}) {
  const say = useSay();
  const reason = useId();
  const { why, isOn } = props;
  return (
    <div class="switch">
      <label>
        <input
          type="checkbox"
          checked={isOn}
          disabled={why !== undefined}
          aria-describedby={why && reason}
          onChange={async ({ currentTarget }) => {
            const { checked } = currentTarget;
            // It shows what is so, and not what was asked for.
            currentTarget.checked = isOn;
            await props.onSwitch(checked);
          }}
        />
        <span>{say(props.name)}</span>
      </label>
      {why && (
        <p class={props.isReasonBelow ? 'unseen' : 'why'} id={reason}>
          {say(why)}
        </p>
      )}
    </div>
  );
}

/** One of several values. */
export function Choice<Value extends string>(props: {
  readonly name: Sentence;
  readonly value: Value;
  readonly options: readonly {
    readonly value: Value;
    readonly name: string;
    readonly isDisabled?: boolean;
  }[];
  readonly why?: Sentence | undefined;
  readonly onChoose: (value: Value) => unknown;
}) {
  const { value, options, why } = props;
  const say = useSay();
  const reason = useId();
  return (
    <>
      <Field name={props.name}>
        <select
          value={value}
          disabled={why !== undefined}
          aria-describedby={why && reason}
          onChange={async ({ currentTarget }) => {
            const chosen = options.find(option => option.value === currentTarget.value);
            currentTarget.value = value;
            if (chosen) await props.onChoose(chosen.value);
          }}
        >
          {options.map(option => (
            <option key={option.value} value={option.value} disabled={option.isDisabled ?? false}>
              {option.name}
            </option>
          ))}
        </select>
      </Field>
      {why && (
        <p class="why" id={reason}>
          {say(why)}
        </p>
      )}
    </>
  );
}
