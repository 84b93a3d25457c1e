import type { Output } from './components.ts';
import type { GroupOutput } from './group-components.ts';

/** The members that any kind of a type has. */
export type KeysOf<T> = T extends unknown ? keyof T & string : never;

/** The names of what can be one bubble, in a room of either kind. */
export type ComponentName = KeysOf<Output | GroupOutput>;

/** The component of this name, as any of these outputs has it. */
export type Component<N extends ComponentName, O = Output | GroupOutput> = O extends {
  readonly [K in N]: infer C;
}
  ? C
  : never;

/** A doer for each component, by its name: where one is missing, it does not compile. */
export type ByComponent<Args extends readonly unknown[], R, O = Output | GroupOutput> = {
  readonly [N in KeysOf<O> & ComponentName]: (component: Component<N, O>, ...args: Args) => R;
};

/** Does what the table says of an output's one component. */
export function byComponent<O extends Output | GroupOutput, Args extends readonly unknown[], R>(
  output: O,
  table: ByComponent<Args, R, O>,
  ...args: Args
): R {
  // An output's name tells its component's type, which no type of a lookup can say.
  const doers = table as unknown as Readonly<Record<string, (component: unknown, ...args: Args) => R>>;
  for (const name in output) {
    const does = doers[name];
    if (does !== undefined) return does(output[name], ...args);
  }
  throw new TypeError('an output has no component: settle the reply first');
}
