import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { memoryDeployment } from './memory-deployment.ts';

/** Open Builder's function without a table. */
export const handler = openBuilderHandler(memoryDeployment);
