import type { Answer } from '../bot/reply.ts';
import { isObject } from '../json-reader.ts';
import type { Guard, Refusal } from './guards.ts';

/** Options of {@link bedrockGuardrail}. */
export interface BedrockGuardrailOptions {
  /**
   * Asks Amazon Bedrock, by the author's own client:
   * `(source, text) => client.send(new ApplyGuardrailCommand({ guardrailIdentifier, guardrailVersion, source, content: [{ text: { text } }] }))`.
   */
  readonly apply: (source: 'INPUT' | 'OUTPUT', text: string) => Promise<unknown>;
  /** The sides that are asked: both unless given. Each asking costs; the output's is one a sentence. */
  readonly sides?: readonly ('input' | 'output')[];
  /** The answer where the guardrail blocks; unless given, the guardrail's own words for that. */
  readonly blocked?: Answer;
}

/** A guard of Amazon Bedrock Guardrails: what it masks goes on masked, what it blocks is refused. */
export function bedrockGuardrail({
  apply,
  sides = ['input', 'output'],
  blocked,
}: BedrockGuardrailOptions): Guard {
  const side = (name: 'input' | 'output') =>
    sides.includes(name) && {
      [name]: async (text: string) =>
        // It refuses a text of white space alone.
        text.trim() === ''
          ? text
          : judged(await apply(name === 'input' ? 'INPUT' : 'OUTPUT', text), text, blocked),
    };
  return { ...side('input'), ...side('output') };
}

/** @throws TypeError at what is no answer of ApplyGuardrail: it has passed nothing */
function judged(said: unknown, text: string, blocked: Answer | undefined): string | Refusal {
  if (!isObject(said) || typeof said.action !== 'string') throw new TypeError('no answer of ApplyGuardrail');
  if (said.action === 'NONE') return text;
  const outputs = Array.isArray(said.outputs) ? said.outputs.filter(isObject) : [];
  const words = outputs.map(one => one.text).filter(one => typeof one === 'string');
  const actions = actionsIn(said.assessments);
  // It says the same of what it masked and what it blocked; only each finding tells.
  const isMasked = actions.includes('ANONYMIZED') && !actions.includes('BLOCKED');
  if (isMasked && words.length > 0) return whiteLike(text, words.join(''));
  const own = words.join('\n').trim();
  return { refuse: blocked ?? (own === '' ? BLOCKED : own) };
}

const BLOCKED = '죄송해요, 이 말씀에는 답해 드릴 수 없어요.';

/** Masked words between the white space that the text had, by which sentences are told apart. */
function whiteLike(text: string, masked: string): string {
  const before = text.slice(0, text.length - text.trimStart().length);
  return before + masked.trim() + text.slice(text.trimEnd().length);
}

/** All actions of an assessment's findings, whatever the policy. */
function actionsIn(value: unknown, depth = 6): readonly unknown[] {
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'action' ? [inner] : actionsIn(inner, depth - 1),
  );
}
