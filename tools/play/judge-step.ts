import type { Act } from '../kakao-simulator/act.ts';
import type { Fate } from '../kakao-simulator/exchange.ts';
import type { Came } from './came.ts';
import { problemOfJson } from './judge-json.ts';
import { nearest } from './members.ts';
import type { Problem } from './problem.ts';
import { wordsOf } from './seen.ts';
import type { Expectations } from './talk.ts';

/** Everything that is otherwise than a step expects it; what it says nothing of must be shown by Kakao. */
export function problemsOf(came: Came, expects: Expectations | undefined): readonly Problem[] {
  const fate = problemOfFate(came, expects);
  // What Kakao does not show has no words to look for.
  if (fate) return [fate];
  if (expects === undefined) return [];
  return [
    ...problemsOfWords(came, expects),
    ...problemsOfButtons(came, expects),
    ...(expects.outputs ? differentList('outputs', expects.outputs, outputsOf(came)) : []),
    ...expects.json.flatMap(one => problemOfJson(came.json, one) ?? []),
    ...problemsOfTime(came, expects),
    ...problemsOfViolations(came, expects),
  ];
}

const NOTICES: readonly Act['kind'][] = ['adds-friend', 'blocks-friend', 'leaves'];

/** The fates that no script has to ask for. */
function isExpected({ kind }: Fate, { act }: Came['exchange']): boolean {
  if (kind === 'shown' || kind === 'deferred') return true;
  return (kind === 'silent' && NOTICES.includes(act.kind)) || (kind === 'judged' && act.kind === 'fills');
}

function problemOfFate({ fate, exchange }: Came, expects: Expectations | undefined): Problem | undefined {
  const wanted = expects?.fate;
  const reason = fate.kind === 'dropped' ? fate.reason : fate.kind === 'judged' ? fate.status : undefined;
  const isSo = wanted
    ? wanted.kind === fate.kind && (wanted.reason === undefined || wanted.reason === reason)
    : isExpected(fate, exchange);
  if (isSo) return undefined;
  const told = toldFate(fate);
  if (wanted === undefined) return told;
  const words = [wanted.kind, wanted.reason].filter(Boolean).join(': ');
  return { en: `it should be ${words}: ${told.en}`, ko: `${words}(이)어야 하는데, ${told.ko}` };
}

function toldFate(fate: Fate): { readonly en: string; readonly ko: string } {
  switch (fate.kind) {
    case 'waits':
      return { en: 'no answer came', ko: '답변이 오지 않았습니다' };
    case 'shown':
      return { en: 'Kakao shows the answer', ko: '카카오가 답변을 보여 줍니다' };
    case 'deferred':
      return { en: 'the answer is to come by its callback', ko: '답변이 콜백으로 온다고 합니다' };
    case 'silent':
      return { en: `nothing is shown: ${fate.says.en}`, ko: `아무것도 보이지 않습니다: ${fate.says.ko}` };
    case 'judged':
      return {
        en: `the value was judged ${fate.status}: ${fate.says.en}`,
        ko: `값이 ${fate.status}(으)로 판정됐습니다: ${fate.says.ko}`,
      };
    case 'dropped':
      return {
        en: `Kakao drops the answer (${fate.reason}): ${fate.says.en}`,
        ko: `카카오가 답변을 버립니다(${fate.reason}): ${fate.says.ko}`,
      };
    default:
      return fate satisfies never;
  }
}

// Hangul comes composed or in its parts, by the editor that wrote it.
const plain = (text: string): string => text.normalize('NFC').replaceAll('\r\n', '\n');

function problemsOfWords(came: Came, { words, not }: Expectations): Problem[] {
  const shown = plain(wordsOf(came.seen));
  const has = (text: string): boolean => shown.includes(plain(text));
  return [
    ...words
      .filter(text => !has(text))
      .map(text => ({ en: `the words "${text}" are not shown`, ko: `"${text}"이(가) 보이지 않습니다` })),
    ...not.filter(has).map(text => ({ en: `the words "${text}" are shown`, ko: `"${text}"이(가) 보입니다` })),
  ];
}

function problemsOfButtons({ seen }: Came, { buttons, keyboard }: Expectations): Problem[] {
  const labels = seen.tappables.map(({ label }) => plain(label));
  const missing = buttons.filter(label => !labels.includes(plain(label)));
  const own = seen.keyboard ?? 'text';
  return [
    ...missing.map(label => {
      const near = nearest(label, labels);
      return {
        en: `no button says "${label}"${near === undefined ? '' : `: one says "${near}"`}`,
        ko: `"${label}" 버튼이 없습니다${near === undefined ? '' : `. "${near}" 버튼은 있습니다`}`,
      };
    }),
    ...(keyboard === undefined ? [] : differentList('keyboard', [keyboard].flat(), [own].flat())),
  ];
}

/** The kinds of the bubbles; a carousel is one. */
function outputsOf({ json, seen, exchange }: Came): readonly string[] {
  if (exchange.scene.protocol === 'smart-chat') return seen.bubbles.map(({ kind }) => kind);
  const { template } = (json ?? {}) as { readonly template?: { readonly outputs?: unknown } };
  const outputs = Array.isArray(template?.outputs) ? template.outputs : [];
  return outputs.map(output => Object.keys(output ?? {})[0] ?? 'nothing');
}

function differentList(what: string, wanted: readonly string[], came: readonly string[]): Problem[] {
  if (wanted.length === came.length && wanted.every((one, at) => plain(one) === plain(came[at] ?? '')))
    return [];
  return [
    {
      en: `${what} is another`,
      ko: `${what}: 다릅니다`,
      lines: [`- ${JSON.stringify(wanted)}`, `+ ${JSON.stringify(came)}`],
    },
  ];
}

function problemsOfTime({ ms }: Came, { withinMs }: Expectations): Problem[] {
  if (withinMs === undefined || ms === undefined || ms <= withinMs) return [];
  const took = Math.ceil(ms);
  return [
    {
      en: `it took ${took} ms, and not ${withinMs} at most`,
      ko: `${took} ms 걸렸습니다. ${withinMs} ms를 넘지 않아야 합니다`,
    },
  ];
}

function problemsOfViolations({ violations: came }: Came, { violations: wanted }: Expectations): Problem[] {
  if (wanted === undefined) return [];
  return [
    ...came
      .filter(({ rule }) => !wanted.includes(rule))
      .map(({ rule, says }) => ({
        en: `the limit ${rule} is broken: ${says.en}`,
        ko: `제한 ${rule}을(를) 어깁니다: ${says.ko}`,
      })),
    ...wanted
      .filter(rule => !came.some(one => one.rule === rule))
      .map(rule => ({
        en: `the limit ${rule} is not broken`,
        ko: `제한 ${rule}을(를) 어기지 않습니다`,
      })),
  ];
}
