import { readFileSync } from 'node:fs';
import { parseSync } from '@swc/core';
import { check, type Diagnostics } from 'recheck';

/** A regular expression as a source has it. */
export interface FoundExpression {
  /** `file:line` from the project's root. */
  readonly place: string;
  /** Undefined where it is made while the program runs, of what no source tells. */
  readonly pattern: string | undefined;
  readonly flags: string;
}

/** Every regular expression of a TypeScript source: literals, and `RegExp` of texts, called or constructed. */
export function expressionsIn(source: string, file: string): FoundExpression[] {
  const bytes = Buffer.from(source);
  const found: FoundExpression[] = [];
  const lineAt = (start: number): number =>
    bytes
      .subarray(0, start - 1)
      .toString()
      .split('\n').length;
  const look = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, span, pattern, flags, callee, arguments: given } = node as SyntaxNode;
    const place = `${file}:${lineAt(span?.start ?? 1)}`;
    if (type === 'RegExpLiteral') found.push({ place, pattern, flags: flags ?? '' });
    if ((type === 'NewExpression' || type === 'CallExpression') && callee?.value === 'RegExp') {
      const [first, second] = (given ?? []).map(({ expression }) => textOf(expression));
      found.push({ place, pattern: first, flags: second ?? '' });
    }
    for (const inner of Object.values(node)) look(inner);
  };
  look(parseSync(source, { syntax: 'typescript', target: 'es2022' }).body);
  return found;
}

/** {@link expressionsIn} the file. */
export const expressionsOf = (root: string, file: string): FoundExpression[] =>
  expressionsIn(readFileSync(`${root}/${file}`, 'utf8'), file);

/** In steps instead of time: the verdict must not depend on what else the machine does. */
const LIMITS = {
  attackLimit: 10_000_000,
  attackTimeout: null,
  incubationTimeout: null,
  seedingTimeout: null,
  timeout: 60_000,
};

/** The trouble with an expression, in one sentence that names it; undefined where any text takes it linear time. */
export async function troubleWith({ place, pattern, flags }: FoundExpression): Promise<string | undefined> {
  if (pattern === undefined)
    return `${place}: RegExp of what no source tells: write a literal, or say here why no text makes it slow`;
  const judged: Diagnostics = await check(pattern, flags, LIMITS);
  if (judged.status === 'safe') return undefined;
  const why =
    judged.status === 'vulnerable'
      ? `takes ${judged.complexity.summary} time over ${judged.attack.pattern}`
      : `can't be judged (${judged.error.kind}): make it simpler`;
  return `${place}: /${pattern}/${flags} ${why}`;
}

/** As much of swc's syntax tree as is looked at. */
interface SyntaxNode {
  readonly type?: string;
  readonly span?: { readonly start: number };
  readonly pattern?: string;
  readonly flags?: string;
  readonly value?: string;
  readonly callee?: { readonly value?: string };
  readonly arguments?: readonly { readonly expression: SyntaxNode }[];
  readonly expressions?: readonly unknown[];
  readonly quasis?: readonly { readonly cooked?: string }[];
}

function textOf({ type, value, expressions, quasis }: SyntaxNode): string | undefined {
  if (type === 'StringLiteral') return value;
  return type === 'TemplateLiteral' && expressions?.length === 0 ? quasis?.[0]?.cooked : undefined;
}
