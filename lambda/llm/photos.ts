import type { Turn } from '../bot/turn.ts';
import type { ChatPart } from './source-part.ts';

/** Makes the parts of a message of the URLs of the user's pictures. */
export type ReadPictures = (urls: readonly URL[], signal: AbortSignal) => Promise<ChatPart[]>;

/** The most pictures of a question. */
const MOST_PICTURES = 4;

const MEDIA = { photo: '(사진)', video: '(동영상)', audio: '(음성)', other: '(파일)' } as const;

/** The user's question in words: of a file what it is, and of a turn without words that there are none. */
export function questionOf<S>(turn: Turn<S>): string {
  const { text, incoming } = turn;
  if (incoming.kind === 'media') return MEDIA[incoming.media];
  const words = picturesOf(turn).length > 0 ? `${text} ${MEDIA.photo}` : text;
  return words.trim() || '(말 없음)';
}

/** The user's photo, and the pictures of the block's parameters. */
export function picturesOf<S>({ incoming, params }: Turn<S>): readonly URL[] {
  const photos = incoming.kind === 'media' && incoming.media === 'photo' ? [incoming.url] : [];
  // Elsewhere a URL may be anything: a plugin's password, a page.
  const secure = params.names.filter(name => /"secure_?urls"/i.test(params.text(name) ?? ''));

  return [...photos, ...secure.flatMap(name => params.images(name)?.urls ?? [])]
    .filter(url => URL.canParse(url))
    .slice(0, MOST_PICTURES)
    .map(url => new URL(url));
}

/** The pictures as URLs, which the model's service fetches itself. */
export const pictureUrls: ReadPictures = async urls => urlParts(urls);

/** URLs as parts of a message. */
export const urlParts = (urls: readonly URL[]): ChatPart[] => urls.map(image => ({ type: 'image', image }));
