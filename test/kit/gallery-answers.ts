import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GalleryAnswer } from '../../dev/desk/page/gallery-answers.ts';
import { isObject, type JsonObject, objectOrEmpty } from '../../lambda/json-reader.ts';

const SAMPLES = join(import.meta.dirname, '../samples');
const SKILL_ANSWERS = 'open-builder/responses';

/** Every valid answer of the samples in which a user sees something, as the page's gallery has them. */
export function answersOfSamples(): readonly GalleryAnswer[] {
  return [...skillAnswers(), ...messageAnswers(), ...pairs()];
}

function skillAnswers(): readonly GalleryAnswer[] {
  return samplesIn(SKILL_ANSWERS).flatMap(({ name, sample }) => {
    const { outputs } = objectOrEmpty(sample.template);
    return Array.isArray(outputs) && outputs.length > 0 ? [galleryAnswer(name, 'open-builder', sample)] : [];
  });
}

function messageAnswers(): readonly GalleryAnswer[] {
  return samplesIn('smart-chat').flatMap(({ name, sample }) => {
    const { body } = objectOrEmpty(sample.response);
    const isSeen = typeof sample.outcome === 'string' && !/rejected|no visible/.test(sample.outcome);
    if (!isSeen || !isObject(body) || !('message' in body || 'type' in body)) return [];
    return [galleryAnswer(name, 'smart-chat', 'type' in body ? { keyboard: body } : body)];
  });
}

/** Answers of one protocol beside the same in the other. */
function pairs(): readonly GalleryAnswer[] {
  return samplesIn('smart-chat').flatMap(({ name, sample }) => {
    const { smartchat, openbuilder } = sample;
    if (!isObject(smartchat) || !('message' in smartchat) || !isObject(openbuilder)) return [];
    return [
      galleryAnswer(`${name}, smart-chat`, 'smart-chat', smartchat),
      galleryAnswer(`${name}, Open Builder`, 'open-builder', openbuilder),
    ];
  });
}

const galleryAnswer = (
  name: string,
  protocol: GalleryAnswer['protocol'],
  answer: JsonObject,
): GalleryAnswer => ({ name, protocol, json: JSON.stringify(answer) });

function samplesIn(folder: string): readonly { readonly name: string; readonly sample: JsonObject }[] {
  return readdirSync(join(SAMPLES, folder))
    .filter(file => file.endsWith('.json') && !file.includes('INVALID'))
    .sort()
    .map(file => ({
      name: file.replace('.json', ''),
      sample: objectOrEmpty(JSON.parse(readFileSync(join(SAMPLES, folder, file), 'utf8'))),
    }));
}

/** The source of `dev/desk/page/gallery-answers.ts`: `node --import tsx test/browser/pictures.ts` writes it. */
export function galleryAnswersSource(answers: readonly GalleryAnswer[]): string {
  const lines = answers.map(
    ({ name, protocol, json }) =>
      `  { name: ${quoted(name)}, protocol: ${quoted(protocol)}, json: ${quoted(json)} },`,
  );
  return [
    "import type { ProtocolName } from '../../../tools/kakao-simulator/scene.ts';",
    '',
    '/** An answer that the gallery draws. */',
    'export interface GalleryAnswer {',
    '  readonly name: string;',
    '  readonly protocol: ProtocolName;',
    '  /** As the bot sent it. */',
    '  readonly json: string;',
    '}',
    '',
    '// Made of test/samples, which is not in the package: node --import tsx test/browser/pictures.ts',
    '// biome-ignore format: an answer a line.',
    "/** The samples of Kakao's traffic in which a user sees something. */",
    'export const GALLERY_ANSWERS: readonly GalleryAnswer[] = [',
    ...lines,
    '];',
    '',
  ].join('\n');
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
