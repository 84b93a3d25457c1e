import { HttpError, type JsonRequest, SECRET_HEADER } from '../aws/http.ts';
import { findRoute, type RouteKey } from '../routes.ts';

const METHODS = ['GET', 'POST', 'DELETE'];

/**
 * Finds the route that a call means by its path: Kakao adds `/keyboard` to an app URL that ends in `/`,
 * and a REST API in front has routes of its own.
 * @throws HttpError saying which URL to register instead, where it means none
 */
export function findMeantRoute(
  request: JsonRequest,
  isServed: (routeKey: string) => boolean,
): { routeKey: RouteKey; params: JsonRequest['params'] } {
  const path = request.path.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
  const route = findRoute(request.method, path);
  if (route && isServed(route.routeKey)) return route;
  const allowed = METHODS.filter(method => findRoute(method, path) !== undefined);
  const base = baseUrlOf(request);
  if (route === undefined && allowed.length > 0) {
    throw new HttpError(
      405,
      `${request.method} is not served here, ${allowed.join(' or ')} is. ${whatToRegister(path, base)}`,
    );
  }
  throw new HttpError(404, `nothing is served here. ${whatToRegister(path, base)}`);
}

function whatToRegister(path: string, base: string): string {
  const skill = `register ${base}/open-builder/skill as the skill URL, with the header ${SECRET_HEADER}`;
  const app = `register ${base}/smart-chat/<secret> as the app URL`;
  if (path.startsWith('/open-builder/validation')) {
    const url = `${base}/open-builder/validation`;
    return `In the 챗봇 관리자센터, register ${url}/<parameter> as the validation API of a parameter, with the header ${SECRET_HEADER}, or ${url}/<secret>/<parameter> without one`;
  }
  if (path.startsWith('/webhooks')) {
    return `In Kakao Developers, register ${base}/webhooks/channel as the 카카오톡 채널 웹훅 and ${base}/webhooks/unlink as the 연결 해제 웹훅, once the gateway knows the app's admin key: by its setting adminKeySecretName, or by KAKAO_ADMIN_KEY on this machine`;
  }
  if (path.startsWith('/open-builder')) return `In the 챗봇 관리자센터, ${skill}`;
  if (/^\/smart-chat\/(keyboard|message|friend|chat_room)/.test(path)) {
    return `The app URL lacks the gateway's secret: ${app}`;
  }
  if (/\/(keyboard|message|friend|chat_room)\/(keyboard|message|friend|chat_room)/.test(path)) {
    return `Kakao adds /keyboard, /message, /friend and /chat_room itself: ${app}, without them`;
  }
  if (path.startsWith('/smart-chat') || /^\/(keyboard|message|friend|chat_room)/.test(path)) {
    return `For smart-chat, ${app}`;
  }
  return `For Open Builder, ${skill}; for smart-chat, ${app}`;
}

function baseUrlOf({ headers }: JsonRequest): string {
  return `${headers['x-forwarded-proto'] ?? 'https'}://${headers.host ?? '<host>'}`;
}
