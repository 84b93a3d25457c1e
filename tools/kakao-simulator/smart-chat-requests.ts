import type { Media } from './act.ts';

/** The body of `POST /message`: what was typed or tapped, or where a file is. */
export function messageBody(userKey: string, type: 'text' | Media, content: string): object {
  return { user_key: userKey, type, content };
}

/** The body of `POST /friend`. */
export function friendBody(userKey: string): object {
  return { user_key: userKey };
}

/** The headers of each call to an app URL; over plain http Kakao's proxy adds its own. */
export function smartChatHeaders(appUrl: string, hasBody: boolean): Readonly<Record<string, string>> {
  return {
    Accept: '*/*',
    'User-Agent': 'KakaoTalk/Bot 2.0',
    ...(hasBody && { 'Content-Type': 'application/json; charset=utf-8' }),
    ...(/^http:/i.test(appUrl) && {
      Via: '1.1 ghost377 (squid/3.1.23)',
      'X-Forwarded-For': 'unknown',
      'Cache-Control': 'max-age=259200',
    }),
  };
}
