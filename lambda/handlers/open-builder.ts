import { frontDoor } from './front-door.ts';
import { openBuilderHandler } from './open-builder-service.ts';
import { plugins } from './plugins.ts';

/** The function that Open Builder's skills call. */
export const handler = openBuilderHandler({ ...frontDoor, plugins });
