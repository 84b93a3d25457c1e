import type { Locator, Page } from 'playwright-core';

/** The names of the room's parts, as a screen reader tells them. */
const NAMES = {
  ko: { log: '대화', box: '메시지', send: '보내기', more: '더하기', inspector: '검사', controls: '조작' },
  en: {
    log: 'Conversation',
    box: 'Message',
    send: 'Send',
    more: 'Attach',
    inspector: 'Inspector',
    controls: 'Controls',
  },
} as const;

/** The room on the page, and what stands beside it. */
export class Room {
  readonly page: Page;
  readonly names: (typeof NAMES)['ko' | 'en'];

  constructor(page: Page, language: 'ko' | 'en') {
    this.page = page;
    this.names = NAMES[language];
  }

  /** The conversation. */
  get log(): Locator {
    return this.page.getByRole('log', { name: this.names.log, exact: true });
  }

  /** The message box. */
  get box(): Locator {
    return this.page.getByRole('textbox', { name: this.names.box, exact: true });
  }

  /** A button of the whole page, by its label: the newest of it. */
  button(label: string): Locator {
    return this.page.getByRole('button', { name: label, exact: true }).last();
  }

  /** Types a text and sends it. */
  async says(text: string): Promise<void> {
    await this.box.fill(text);
    await this.button(this.names.send).click();
  }

  /** Waits until the conversation shows the words so many times. */
  async shows(words: string | RegExp, times = 1): Promise<void> {
    await this.log
      .getByText(words)
      .nth(times - 1)
      .waitFor();
  }

  /** Taps the newest button of the label: of a card, a quick reply or smart-chat's keyboard. */
  async taps(label: string): Promise<void> {
    await this.button(label).click();
  }
}
