import { openBuilderDeliverer } from '../open-builder/deliver.ts';
import type { Deliverer } from '../turn/protocol.ts';

/** Every protocol that delivers late answers: the worker finds a turn's by its name. Others have theirs collected. */
export const deliverers: readonly Deliverer[] = [openBuilderDeliverer];
