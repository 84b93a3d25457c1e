import { register } from 'node:module';

// `node --import` of this file: the café answers, whichever bot is deployed.
const CAFE = new URL('../../lambda/scenarios/cafe.ts', import.meta.url).href;
const hooks = `export const resolve = (name, context, next) => next(name === '#scenario' ? '${CAFE}' : name, context);`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
