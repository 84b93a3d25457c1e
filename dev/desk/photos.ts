import { randomUUID } from 'node:crypto';
import { RefusalError } from './refusal.ts';

/** A picture that a user sent. */
export interface Photo {
  readonly type: string;
  readonly bytes: Buffer;
}

/** How many are kept, in memory. */
const MOST = 20;

/** The types that KakaoTalk sends, by how their files begin. */
const TYPES: Readonly<Record<string, { readonly ending: string; readonly begins: RegExp }>> = {
  'image/jpeg': { ending: 'jpg', begins: /^\xff\xd8\xff/ },
  'image/png': { ending: 'png', begins: /^\x89PNG\r\n/ },
  'image/gif': { ending: 'gif', begins: /^GIF8[79]a/ },
  'image/webp': { ending: 'webp', begins: /^RIFF.{4}WEBP/s },
};

/** The last pictures that were sent, by names that nobody guesses. */
export class Photos {
  readonly #kept = new Map<string, Photo>();

  /** Keeps one. @returns its name @throws RefusalError when it is no picture */
  add(contentType: string, bytes: Buffer): string {
    const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
    const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
    if (known === undefined || !known.begins.test(bytes.subarray(0, 16).toString('latin1'))) {
      throw new RefusalError({
        en: 'a photo must be a JPEG, PNG, GIF or WebP file, sent by its Content-Type',
        ko: '사진은 JPEG, PNG, GIF, WebP 파일이어야 하고 Content-Type이 맞아야 합니다',
      });
    }
    const name = `${randomUUID()}.${known.ending}`;
    this.#kept.set(name, { type, bytes });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST) break;
      this.#kept.delete(oldest);
    }
    return name;
  }

  get(name: string): Photo | undefined {
    return this.#kept.get(name);
  }
}
