/** The languages that the commands speak; Kakao's own words stay Korean in both. */
export type Language = 'en' | 'ko';

/** A sentence, or a longer text, in each language. */
export type Sentence = Readonly<Record<Language, string>>;

/** The operator's language, by `LC_ALL` or else `LANG`: Korean where it begins with ko. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  return /^ko/i.test(environment.LC_ALL || environment.LANG || '') ? 'ko' : 'en';
}
