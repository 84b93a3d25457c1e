/** Longer ones open nowhere. */
const MOST_OF_A_URL = 2_048;

/** A text as a URL that may be opened: http or https alone, else undefined. */
export function webLink(text: string): string | undefined {
  const url = urlOf(text);
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : undefined;
}

/** A text as the URL of a picture that may be loaded: https alone, or a photo that lies on the desk. */
export function pictureUrl(text: string, origin: string, showsImages: boolean): string | undefined {
  const url = urlOf(text);
  if (!url) return undefined;
  if (url.origin === origin && url.pathname.startsWith('/desk/photos/')) return url.href;
  return showsImages && url.protocol === 'https:' ? url.href : undefined;
}

/** The host of a URL, to be read; empty where it has none. */
export function hostOf(text: string): string {
  return urlOf(text)?.host ?? '';
}

function urlOf(text: string): URL | undefined {
  return text.length <= MOST_OF_A_URL && URL.canParse(text) ? new URL(text) : undefined;
}
