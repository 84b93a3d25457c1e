/** The origin of Kakao's callback URLs. */
export const KAKAO_CALLBACK_ORIGIN = 'https://bot-api.kakao.com';

const MAX_URL_LENGTH = 2_048;

/**
 * The URL, if it is one that Kakao may have given: a request is not signed, so whoever knows the skill's secret
 * could have us post anywhere. Judged as it is written, before any parser reads it in its own way.
 * @param origins to allow, `https://host` each
 */
export function acceptCallbackUrl(url: unknown, origins: readonly string[]): string | undefined {
  if (typeof url !== 'string' || url.length > MAX_URL_LENGTH || !/^[\x21-\x7e]+$/.test(url)) return undefined;
  const origin = origins.find(allowed => url.startsWith(`${allowed}/`));
  return origin !== undefined && URL.canParse(url) && new URL(url).origin === origin ? url : undefined;
}
