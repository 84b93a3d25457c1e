import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runPlay } from '../../../tools/play/command.ts';
import { type RanCommand, runHere } from '../../kit/ran-command.ts';
import {
  type Served,
  type ServedCall,
  startVisitedServer,
  type VisitedServer,
} from '../../kit/visited-server.ts';

/** A bot that is not ours, and the command that plays with it. */
export interface PlayedBot {
  readonly url: string;
  readonly calls: VisitedServer['calls'];
  /** Plays a script, in English and with both of the bot's protocols unless the arguments say otherwise. */
  play(
    script: string,
    args?: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ): Promise<RanCommand>;
  /** A path in its folder. */
  path(name: string): string;
  stop(): Promise<void>;
}

/** Words that somebody said to the bot, be it by the one protocol or the other. */
export interface Said {
  readonly text: string;
  readonly callbackUrl?: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  readonly body: any;
  readonly call: ServedCall;
}

/** Starts it. @param skill answers a skill's request @param message answers smart-chat's */
export async function startPlayedBot(
  skill: (said: Said) => Served,
  message: (said: Said) => Served = () => ({ body: { message: { text: '네' } } }),
): Promise<PlayedBot> {
  const folder = await mkdtemp(join(tmpdir(), 'play-'));
  const server = await startVisitedServer(call => {
    const body = call.body === '' ? undefined : JSON.parse(call.body);
    if (call.path === '/skill') {
      const { utterance: text, callbackUrl } = body.userRequest;
      return skill({ text, callbackUrl, body, call });
    }
    return message({ text: body?.content ?? '', body, call });
  });
  const path = (name: string): string => join(folder, name);
  return {
    url: server.url,
    calls: server.calls,
    path,
    play: async (script, args = [], environment = {}) => {
      const file = path('talk.yaml');
      await writeFile(file, script);
      const both = args.some(arg => arg === '--url' || arg === '--skill' || arg === '--smart-chat');
      const target = both ? [] : ['--skill', `${server.url}/skill`, '--smart-chat', `${server.url}/app`];
      const ran = await runHere(() => runPlay([file, ...target, '--lang', 'en', ...args], environment));
      return { ...ran, stdout: ran.stdout.replaceAll(file, 'talk.yaml') };
    },
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** A skill's answer of some bubbles. */
export const bubbles = (outputs: readonly object[], quickReplies: readonly object[] = []): Served => ({
  body: { version: '2.0', template: { outputs, quickReplies } },
});

/** A bubble of text. */
export const text = (words: string): object => ({ simpleText: { text: words } });

/** A button that says its label. */
export const button = (label: string, more: object = {}): object => ({
  label,
  action: 'message',
  messageText: label,
  ...more,
});

/** A card with buttons that say their labels. */
export const card = (title: string, ...labels: readonly string[]): object => ({
  title,
  description: `${title} 이야기`,
  thumbnail: { imageUrl: 'https://example.com/a.jpg' },
  buttons: labels.map(label => button(label, { messageText: `${label} ${title}` })),
});
