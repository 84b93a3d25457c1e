import { parseSync } from '@swc/core';

/** A function of a source, and its lines from its first word to its closing bracket. */
export interface FunctionLines {
  /** Its own name, or that of what holds it. */
  readonly name: string;
  readonly lines: number;
}

const FUNCTIONS: ReadonlySet<unknown> = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'PrivateMethod',
  'Constructor',
  'MethodProperty',
  'GetterProperty',
  'SetterProperty',
]);

type Node = Readonly<Record<string, unknown>>;

/** Every function of a TypeScript source, outer ones first: declared, an arrow, or of a class or an object. */
export function functionsOf(source: string, tsx = false): FunctionLines[] {
  const bytes = Buffer.from(source);
  const found: FunctionLines[] = [];
  const visit = (value: unknown, outer: string): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, outer);
    if (!isNode(value)) return;
    const name = nameOf(value) ?? outer;
    if (FUNCTIONS.has(value.type) && isNode(value.span)) {
      // Bytes, counted from 1.
      const [start, end] = [value.span.start, value.span.end].map(at => Number(at) - 1);
      found.push({ name, lines: linesOf(bytes.subarray(start, end).toString()) });
    }
    for (const [key, member] of Object.entries(value)) if (key !== 'span') visit(member, name);
  };
  visit(parseSync(source, { syntax: 'typescript', tsx, target: 'es2022' }).body, 'the file');
  return found;
}

/** The lines of a text, of which the last may lack its end. */
export function linesOf(text: string): number {
  return text.split('\n').length - (text === '' || text.endsWith('\n') ? 1 : 0);
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The name that a function, a class, a variable or a member is given; `#name` of a private one. */
function nameOf(node: Node): string | undefined {
  if (node.type === 'Constructor') return 'constructor';
  for (const named of [node.identifier, node.id, node.key]) {
    if (!isNode(named) || typeof named.value !== 'string') continue;
    return named.type === 'PrivateName' ? `#${named.value}` : named.value;
  }
  return undefined;
}
