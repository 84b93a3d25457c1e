import pino from 'pino';
import { saying } from './saying.js';

export const bot = saying(
  () => new Promise(resolve => pino({ base: null, timestamp: false }, { write: resolve }).info('주문')),
);
