import type { Locator } from 'playwright-core';
import type { Room } from './room.ts';

/** The controls of the desk, by their Korean names; each leads back to the room. */
export class Controls {
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  /** A group of them. */
  group(name: string): Locator {
    return this.#room.page.getByRole('group', { name, exact: true });
  }

  /** Turns a switch on or off, and waits until the desk has done so. */
  turns(name: string, isOn: boolean): Promise<void> {
    return this.#use(async region => {
      await region.getByRole('checkbox', { name, exact: true, checked: !isOn }).click();
      await region.getByRole('checkbox', { name, exact: true, checked: isOn }).waitFor();
    });
  }

  /** Chooses one of several values. */
  chooses(name: string, label: string): Promise<void> {
    return this.#use(async region => {
      const choice = region.getByRole('combobox', { name, exact: true });
      await choice.selectOption({ label });
      await choice.filter({ has: this.#room.page.locator('option:checked', { hasText: label }) }).waitFor();
    });
  }

  /** Chooses a protocol. */
  speaks(protocol: '오픈빌더' | '스마트채팅'): Promise<void> {
    return this.#use(async region => {
      await region.getByRole('radio', { name: protocol, exact: true }).click();
      await region.getByRole('radio', { name: protocol, checked: true }).waitFor();
    });
  }

  /** Presses a button. */
  presses(name: string): Promise<void> {
    return this.#use(region => region.getByRole('button', { name, exact: true }).click());
  }

  /** Fills the fields of a group, and presses its button. */
  fills(group: string, fields: Readonly<Record<string, string>>, button: string): Promise<void> {
    return this.#use(async () => {
      const form = this.group(group);
      for (const [name, value] of Object.entries(fields)) {
        const choice = form.getByRole('combobox', { name, exact: true });
        if (await choice.isVisible()) await choice.selectOption({ label: value });
        else await form.getByRole('textbox', { name, exact: true }).fill(value);
      }
      await form.getByRole('button', { name: button, exact: true }).click();
    });
  }

  async #use(use: (region: Locator) => Promise<unknown>): Promise<void> {
    await this.#room.goesTo('controls');
    await use(this.#room.page.getByRole('region', { name: this.#room.names.controls, exact: true }));
    await this.#room.goesTo('log');
  }
}
