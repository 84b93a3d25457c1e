import { editDistance } from '../../lib/edit-distance.ts';
import { type Language, languageOf, type Sentence } from '../language.ts';
import { complain, print, visible } from '../terminal.ts';

/** A subcommand of `kakao-gateway`. */
export interface Subcommand {
  /** One line of `--help`. */
  readonly says: Sentence;
  /** Runs it on what stands behind its name, and resolves with its exit code. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** The surroundings that `kakao-gateway` asks beside its arguments. */
export interface KakaoGatewayIo {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The package's own version. */
  readonly version: string;
}

/** Runs the subcommand that the first argument names. @returns the exit code */
export async function runKakaoGateway(
  subcommands: Readonly<Record<string, Subcommand>>,
  [name, ...args]: readonly string[],
  { environment, version }: KakaoGatewayIo,
): Promise<number> {
  const help = helpOf(subcommands, languageOf(environment));
  if (name === undefined) {
    for (const line of help) complain(line);
    return 2;
  }
  if (name === '--help' || name === '-h' || name === 'help') print(help);
  else if (name === '--version' || name === '-v') print([version]);
  else {
    const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
    if (subcommand) return subcommand.run(args);
    complain(unknown(name, Object.keys(subcommands)));
    return 2;
  }
  return 0;
}

/** A slip of the finger or two. */
const NEAR = 2;

function unknown(name: string, known: readonly string[]): string {
  const near = known
    .map(one => ({ one, distance: editDistance(one, name.slice(0, 40)) }))
    .filter(({ one, distance }) => distance <= Math.min(NEAR, one.length - 1))
    .sort((a, b) => a.distance - b.distance)[0]?.one;
  const meant = near === undefined ? `it knows ${known.join(', ')}` : `did you mean ${near}?`;
  return `kakao-gateway: there is no ${visible(name.slice(0, 40))}: ${meant}`;
}

function helpOf(subcommands: Readonly<Record<string, Subcommand>>, language: Language): string[] {
  const width = Math.max(...Object.keys(subcommands).map(name => name.length));
  const lines = Object.entries(subcommands).map(
    ([name, { says }]) => `  ${name.padEnd(width)}  ${says[language]}`,
  );
  return HELP[language].split('\n').flatMap(line => (line === LIST ? lines : [line]));
}

const LIST = '<subcommands>';

const HELP: Sentence = {
  en: `Usage: kakao-gateway <command> [options]

A KakaoTalk bot of your own, from its first line to its deployment.

${LIST}

kakao-gateway <command> --help tells more of each; --version prints the version.`,
  ko: `사용법: kakao-gateway <명령> [옵션]

카카오톡 봇을 첫 줄부터 배포까지.

${LIST}

kakao-gateway <명령> --help 로 명령마다 더 볼 수 있고, --version 은 버전을 출력합니다.`,
};
