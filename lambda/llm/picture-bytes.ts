import { tellOperator } from '../bot/operator.ts';
import type { ReadPictures } from './photos.ts';
import type { ChatPart } from './source-part.ts';

/** Kakao's hosts of what users send. */
const HOSTS = /^(?:[\w-]+\.)+(?:kakaocdn\.net|talk\.kakao\.com)$/;

/** The types that models read. */
const TYPE = /^image\/(?:jpeg|png|gif|webp)$/;

/** The most that Bedrock takes for a picture; no model of the others takes less. */
const MOST_BYTES = 3_750_000;

const WITHIN_MS = 5_000;

/**
 * The pictures as bytes, for models that fetch no URLs: `answers(ask, { pictures: pictureBytes })`. Fetched by https from
 * Kakao's hosts alone, without redirects, of 3.75 MB and within five seconds at most; one that can't be had is told to the
 * model as such.
 */
export const pictureBytes: ReadPictures = (urls, signal) => Promise.all(urls.map(url => read(url, signal)));

async function read(url: URL, signal: AbortSignal): Promise<ChatPart> {
  try {
    const secure = new URL(url);
    secure.protocol = 'https:';
    if (!HOSTS.test(secure.hostname) || secure.port !== '') throw new Error('not a host of Kakao');
    const answer = await fetch(secure, {
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]),
    });
    const mediaType = answer.headers.get('content-type')?.split(';')[0]?.trim() ?? '';
    if (!answer.ok || !TYPE.test(mediaType)) {
      await answer.body?.cancel();
      throw new Error('no picture');
    }
    return { type: 'image', image: await bytesOf(answer), mediaType };
  } catch {
    // Its words may hold the URL, which opens the picture to whoever has it.
    tellOperator({ level: 'warn', what: 'picture not read', outcome: 'left out' });
    return { type: 'text', text: '(사진을 읽지 못했다.)' };
  }
}

async function bytesOf(answer: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the rest.
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
