import { Writable } from 'node:stream';
import winston from 'winston';
import { saying } from './saying.js';

export const bot = saying(
  () =>
    new Promise(resolve => {
      const stream = new Writable({ write: chunk => resolve(String(chunk).trim()) });
      winston.createLogger({ transports: [new winston.transports.Stream({ stream })] }).info('주문');
    }),
);
