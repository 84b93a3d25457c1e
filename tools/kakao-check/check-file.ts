import type { Violation } from '../../lambda/check/violation.ts';
import { explain as explainSkill } from '../explain/open-builder.ts';
import { explain as explainSmartChat } from '../explain/smart-chat.ts';
import type { Sentence } from '../language.ts';
import { checkSkillJson, checkSmartChatJson } from './check-json.ts';
import type { InputFile } from './input-files.ts';
import { explainExchange as explainSkillExchange } from './open-builder.ts';
import type { Options } from './options.ts';
import { readJson } from './read-json.ts';
import { type Report, violationsPart } from './report.ts';
import { explainExchange as explainSmartChatExchange } from './smart-chat.ts';

/** The report on one file; never throws. */
export function checkFile(input: InputFile, { protocol, room }: Pick<Options, 'protocol' | 'room'>): Report {
  const { file } = input;
  if ('unreadable' in input) return withoutAnswer(file, 'unreadable', input.unreadable);
  const read = readJson(input.bytes);
  if ('reason' in read) return withoutAnswer(file, 'unreadable', read.reason);
  const checked = protocol === 'smart-chat' ? checkSmartChatJson(read.json) : checkSkillJson(read.json, room);
  if ('skipped' in checked) return withoutAnswer(file, 'skipped', checked.skipped);
  return {
    file,
    ...(checked.note && { note: checked.note }),
    ...violationsPart(checked.violations, EXPLAIN[protocol]),
  };
}

const EXPLAIN: Readonly<Record<Options['protocol'], (violation: Violation) => Sentence>> = {
  'open-builder': violation => explainSkillExchange(violation) ?? explainSkill(violation),
  'smart-chat': violation => explainSmartChatExchange(violation) ?? explainSmartChat(violation),
};

const withoutAnswer = (file: string, status: 'skipped' | 'unreadable', reason: Sentence): Report => ({
  file,
  status,
  reason,
  violations: [],
});
