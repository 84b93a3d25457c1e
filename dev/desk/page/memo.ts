import { Component, type ComponentType, h } from 'preact';

/** The component, drawn anew only when one of its props is another value. */
export function memo<P extends object>(Drawn: ComponentType<P>): ComponentType<P> {
  return class Memoised extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return differ(this.props, next);
    }

    override render() {
      return h(Drawn, this.props);
    }
  };
}

function differ(one: object, other: object): boolean {
  const [before, after] = [Object.entries(one), new Map<string, unknown>(Object.entries(other))];
  return before.length !== after.size || before.some(([name, value]) => !Object.is(value, after.get(name)));
}
