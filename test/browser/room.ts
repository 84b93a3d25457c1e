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

/** Presses of a key, until one gives up. */
const MOST_TABS = 80;

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

  /** Shows a part of the page: on a phone there is place for one at a time. */
  async goesTo(part: 'log' | 'inspector' | 'controls'): Promise<void> {
    await this.page.getByRole('tablist', { includeHidden: true }).waitFor({ state: 'attached' });
    const tab = this.page.getByRole('tab', { name: this.names[part], exact: true });
    if (await tab.isVisible()) await tab.click();
  }

  /** The inspector's list of exchanges. */
  get inspector(): Locator {
    return this.page.getByRole('region', { name: this.names.inspector, exact: true });
  }

  /** Opens the newest exchange whose line has the words, in the inspector; the room is not seen then on a phone. */
  async opensExchange(words: string): Promise<Locator> {
    await this.goesTo('inspector');
    const row = this.inspector.getByRole('listitem').filter({ hasText: words }).first();
    await row.getByRole('button', { expanded: false }).first().click();
    return row;
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

  /** Goes there by the keyboard alone. @throws when the way there is longer than any developer would take */
  async tabsTo(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await target.waitFor();
    for (let pressed = 0; pressed < MOST_TABS; pressed += 1) {
      if (await target.evaluate(element => element === document.activeElement)) return;
      await this.page.keyboard.press(key);
    }
    throw new Error(`${target} is not reached by ${MOST_TABS} presses of ${key}.`);
  }

  /** Goes back from where it stands to a button, and presses it. */
  async presses(label: string): Promise<void> {
    await this.tabsTo(this.button(label), 'Shift+Tab');
    await this.page.keyboard.press('Enter');
  }

  /** Types a text and sends it, without a mouse. */
  async types(text: string): Promise<void> {
    await this.tabsTo(this.box);
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
  }
}
