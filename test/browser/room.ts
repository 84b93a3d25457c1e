import type { Locator, Page } from 'playwright-core';

/** The room on the page, by the names that a screen reader tells. */
export class Room {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** The conversation. */
  get log(): Locator {
    return this.page.getByRole('log', { name: '대화' });
  }

  /** The message box. */
  get box(): Locator {
    return this.page.getByRole('textbox', { name: '메시지' });
  }

  /** Types a text and sends it. */
  async says(text: string): Promise<void> {
    await this.box.fill(text);
    await this.page.getByRole('button', { name: '보내기', exact: true }).click();
  }

  /** Waits until the conversation shows the words. */
  async shows(words: string | RegExp, times = 1): Promise<void> {
    await this.log
      .getByText(words)
      .nth(times - 1)
      .waitFor();
  }

  /** Taps the newest button of the label: of a card, a quick reply or smart-chat's keyboard. */
  async taps(label: string): Promise<void> {
    await this.page.getByRole('button', { name: label, exact: true }).last().click();
  }
}
