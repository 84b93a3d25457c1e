import type { Service } from '../aws/http.ts';
import type { HandlerName, RouteKey, routes } from '../routes.ts';

/** The services of a handler: one for each of its routes in the table, no fewer and no more; `$default` is found, not served. */
export type ServicesOf<H extends HandlerName> = Readonly<
  Record<
    Exclude<{ [K in RouteKey]: (typeof routes)[K] extends H ? K : never }[RouteKey], '$default'>,
    Service
  >
>;
