import { readdirSync, readFileSync } from 'node:fs';

/** One file of `test/samples`; see its README for what is in which folder. */
export interface Sample {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever shape Kakao's traffic has
  readonly json: any;
}

/** The samples of a folder, by file name. */
export function samplesOf(
  folder: 'open-builder/requests' | 'open-builder/responses' | 'smart-chat',
): readonly Sample[] {
  const path = new URL(`../samples/${folder}/`, import.meta.url);
  return readdirSync(path)
    .filter(file => file.endsWith('.json'))
    .sort()
    .map(file => ({
      name: file.replace(/\.json$/, ''),
      json: JSON.parse(readFileSync(new URL(file, path), 'utf8')),
    }));
}

/** Every body that Kakao may POST to a skill, fragments aside; whole API Gateway events give theirs. */
export function skillBodies(): readonly Sample[] {
  const own = samplesOf('open-builder/requests')
    .filter(({ name }) => !name.includes('fragment'))
    .map(({ name, json }) => ({ name, json: 'httpMethod' in json ? JSON.parse(json.body) : json }));
  const beside = samplesOf('smart-chat')
    .filter(({ json }) => json.protocol === 'openbuilder-skill-v2')
    .map(({ name, json }) => ({ name, json: json.body }));
  return [...own, ...beside];
}

/** One call of Kakao's smart-chat servers, relative to the app URL. */
export interface SmartChatCall {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Every smart-chat request of the samples. */
export function smartChatCalls(): readonly SmartChatCall[] {
  return samplesOf('smart-chat')
    .filter(({ name }) => name.startsWith('req-'))
    .map(({ name, json }) => ({ name, ...json.request }));
}
