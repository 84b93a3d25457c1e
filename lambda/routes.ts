/** The Lambda functions behind the API: `lambda/handlers/<name>.ts` each. */
export type HandlerName = 'open-builder' | 'smart-chat' | 'validation' | 'webhooks';

/** Every route and the function that serves it (`webhooks` only where the app's admin key is known): deployed by the stack, mounted by `npm start`, typed against the handlers. */
export const routes = {
  'POST /open-builder/skill': 'open-builder',
  'GET /health': 'open-builder',
  'POST /open-builder/validation': 'validation',
  'POST /open-builder/validation/{parameter}': 'validation',
  // Whether Kakao sends headers there, no document says.
  'POST /open-builder/validation/{secret}/{parameter}': 'validation',
  'GET /smart-chat/{secret}/keyboard': 'smart-chat',
  'POST /smart-chat/{secret}/message': 'smart-chat',
  'POST /smart-chat/{secret}/friend': 'smart-chat',
  'DELETE /smart-chat/{secret}/friend/{user_key}': 'smart-chat',
  'DELETE /smart-chat/{secret}/chat_room/{user_key}': 'smart-chat',
  'POST /webhooks/channel': 'webhooks',
  // Whoever registers it with Kakao Developers chooses the method.
  'GET /webhooks/unlink': 'webhooks',
  'POST /webhooks/unlink': 'webhooks',
  // Kakao joins the app URL and its own path without care: "//keyboard" is no route of API Gateway's.
  $default: 'smart-chat',
} as const satisfies Readonly<Record<string, HandlerName>>;

/** A route as API Gateway writes it. */
export type RouteKey = keyof typeof routes;

/** Every route key, in the table's order. */
export const routeKeys: readonly RouteKey[] = Object.keys(routes).filter(isRouteKey);

/** Narrows a string to the table's keys. */
export function isRouteKey(key: string): key is RouteKey {
  return Object.hasOwn(routes, key);
}

/** The route of a method and a path, matched as API Gateway does: segment by segment. Decodes nothing. */
export function findRoute(
  method: string,
  path: string,
): { readonly routeKey: RouteKey; readonly params: Readonly<Record<string, string>> } | undefined {
  const segments = path.split('/');
  for (const routeKey of routeKeys) {
    const [routeMethod, routePath = ''] = routeKey.split(' ');
    const params = routeMethod === method ? matchPath(routePath.split('/'), segments) : undefined;
    if (params) return { routeKey, params };
  }
  return undefined;
}

function matchPath(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, part] of pattern.entries()) {
    const segment = segments[at] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined ? part !== segment : segment === '') return undefined;
    if (name !== undefined) params[name] = segment;
  }
  return params;
}
