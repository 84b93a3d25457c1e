import { type ChildProcess, spawn } from 'node:child_process';
import type { Sentence } from '../tools/language.ts';
import { complain } from '../tools/terminal.ts';
import { said } from './said.ts';

/** How long one that is told to end has for it: a rule that never lets go of the processor hears nothing. */
const ENDS_WITHIN_MS = 2_000;

/** The process of the gateway: one at a time, each of which ends before the next begins. */
export class GatewayProcess {
  readonly #file: string;
  /** Chosen by the first where it may be any: the next ones have it, too. */
  #port: number | undefined;
  #child: ChildProcess | undefined;
  #isWanted = false;
  #restarting: Promise<void> | undefined;

  /** @param file the bundle that it runs */
  constructor(file: string) {
    this.#file = file;
  }

  /** Whether one runs, or is about to. */
  get isRunning(): boolean {
    return this.#isWanted;
  }

  /** Ends the one that runs, and starts another, once for all who ask before it starts. */
  restart(): void {
    this.#isWanted = true;
    this.#restarting ??= this.#end().then(() => {
      this.#restarting = undefined;
      if (this.#isWanted) this.#start();
    });
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    await this.#restarting;
    await this.#end();
  }

  async #end(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    await new Promise<void>(resolve => {
      const kill = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS);
      child.once('exit', () => {
        clearTimeout(kill);
        resolve();
      });
      child.kill();
      if (child.exitCode === null && child.signalCode === null) return;
      clearTimeout(kill);
      resolve();
    });
  }

  #start(): void {
    const port = this.#port === undefined ? {} : { PORT: String(this.#port) };
    const child = spawn(process.execPath, ['--enable-source-maps', this.#file], {
      env: { ...process.env, ...port },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    child.on('message', (told: { readonly port: number }) => {
      this.#port = told.port;
    });
    child.once('exit', code => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#isWanted = false;
      // Ctrl-C reaches it first, and ends it well.
      if (code !== 0) complain(said(ENDED));
    });
  }
}

const ENDED: Sentence = {
  en: 'The gateway has ended: mend it and save, or press Enter to start it again.',
  ko: '게이트웨이가 끝났습니다. 고쳐서 저장하거나 Enter를 눌러 다시 시작하세요.',
};
