import { openBuilderHandler } from '../gateway/open-builder.ts';
import { callbackOrigins } from './callback-origins.ts';
import { httpDeployment } from './http-deployment.ts';
import { plugins } from './plugins.ts';

/** The function that Open Builder's skills call. */
export const handler = openBuilderHandler({ ...httpDeployment, plugins, callbackOrigins });
