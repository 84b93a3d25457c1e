import { isNestedDeeper, MAX_NESTING } from '../../lambda/json-reader.ts';

const MAX_KEPT_JSON_BYTES = 256 * 1024;

/** Whether JSON that came is remembered: who tells it again must be able to, however long or deep a bot made it. */
export const isKept = (json: unknown, bytes: number): boolean =>
  json !== undefined && bytes < MAX_KEPT_JSON_BYTES && !isNestedDeeper(json, MAX_NESTING);
