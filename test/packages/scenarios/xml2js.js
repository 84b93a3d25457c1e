import { parseStringPromise } from 'xml2js';
import { saying } from './saying.js';

export const bot = saying(
  async () => (await parseStringPromise('<menu><name>라테</name></menu>')).menu.name[0],
);
