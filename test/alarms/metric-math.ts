/** A series by the minute at which its period ends; NaN is a period without data. */
export type Series = Float64Array;

/** The series that an expression of CloudWatch's metric math is evaluated over. */
export interface MathScope {
  readonly minutes: number;
  readonly periodMinutes: number;
  /** The series of an id. @throws an Error where there is none */
  readonly seriesOf: (id: string) => Series;
}

type Read = (scope: MathScope) => Series;

const TOKEN = /\s*(\d+(?:\.\d+)?|[A-Za-z]\w*|[<>=!]=|[-+*/<>(),])/y;

/**
 * Reads an expression in the subset of CloudWatch's metric math that the alarms use: numbers, ids, arithmetic, comparisons,
 * AND, OR, and the functions FILL, FLOOR, IF and DIFF.
 * @throws an Error that quotes what is not known here
 */
export function readExpression(text: string): Read {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const [, token = ''] = TOKEN.exec(text) ?? [];
    if (token === '') throw new Error(`the simulation reads no "${text}"`);
    tokens.push(token);
  }
  let at = 0;
  const take = (token: string): void => {
    if (tokens[at++] !== token) throw new Error(`"${token}" is missing in "${text}"`);
  };
  const binary = (operators: Readonly<Record<string, Operator>>, operand: () => Read): (() => Read) => {
    return () => {
      let left = operand();
      for (let apply = operators[tokens[at] ?? '']; apply; apply = operators[tokens[at] ?? '']) {
        at++;
        left = both(apply, left, operand());
      }
      return left;
    };
  };
  const call = (name: string): Read => {
    take('(');
    const args = [expression()];
    while (tokens[at] === ',') {
      at++;
      args.push(expression());
    }
    take(')');
    const made = FUNCTIONS[name]?.(...args);
    if (made === undefined) throw new Error(`the simulation knows no function ${name}`);
    return made;
  };
  const primary = (): Read => {
    const token = tokens[at++] ?? '';
    if (token === '(') {
      const inner = expression();
      take(')');
      return inner;
    }
    if (/^\d/.test(token)) return constant(Number(token));
    if (token === '-') return both((zero, value) => zero - value, constant(0), primary());
    return tokens[at] === '(' ? call(token) : ({ seriesOf }) => seriesOf(token);
  };
  const product = binary({ '*': (a, b) => a * b, '/': (a, b) => a / b }, primary);
  const sum = binary({ '+': (a, b) => a + b, '-': (a, b) => a - b }, product);
  const compared = binary(COMPARISONS, sum);
  const and = binary({ AND: (a, b) => Number(a !== 0 && b !== 0) }, compared);
  const expression: () => Read = binary({ OR: (a, b) => Number(a !== 0 || b !== 0) }, and);
  const read = expression();
  if (at < tokens.length) throw new Error(`the simulation does not expect "${tokens[at]}" in "${text}"`);
  return read;
}

type Operator = (left: number, right: number) => number;

const COMPARISONS: Readonly<Record<string, Operator>> = {
  '<': (a, b) => Number(a < b),
  '>': (a, b) => Number(a > b),
  '<=': (a, b) => Number(a <= b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
};

const constant =
  (value: number): Read =>
  ({ minutes }) =>
    new Float64Array(minutes).fill(value);

/** Without data on one side there is none. */
function both(apply: Operator, left: Read, right: Read): Read {
  return scope => {
    const [a, b] = [left(scope), right(scope)];
    return a.map((value, at) => {
      const other = b[at] ?? Number.NaN;
      return Number.isNaN(value) || Number.isNaN(other) ? Number.NaN : apply(value, other);
    });
  };
}

const FUNCTIONS: Readonly<Record<string, (...args: Read[]) => Read>> = {
  FILL: (of = constant(0), by = constant(0)) => {
    return scope => {
      const filler = by(scope);
      return of(scope).map((value, at) => (Number.isNaN(value) ? (filler[at] ?? 0) : value));
    };
  },
  FLOOR: (of = constant(0)) => {
    return scope => of(scope).map(Math.floor);
  },
  DIFF: (of = constant(0)) => {
    return scope => {
      const values = of(scope);
      return values.map((value, at) => value - (values[at - scope.periodMinutes] ?? Number.NaN));
    };
  },
  IF: (condition = constant(0), then = constant(0), otherwise = constant(Number.NaN)) => {
    return scope => {
      const [isSo, yes, no] = [condition(scope), then(scope), otherwise(scope)];
      return isSo.map((value, at) =>
        Number.isNaN(value) ? Number.NaN : ((value !== 0 ? yes[at] : no[at]) ?? Number.NaN),
      );
    };
  },
};
