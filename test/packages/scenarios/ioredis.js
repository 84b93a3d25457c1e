import { Redis } from 'ioredis';
import { refusal, saying } from './saying.js';

export const bot = saying(async () => {
  const redis = new Redis({ port: 1, host: '127.0.0.1', lazyConnect: true, retryStrategy: null });
  const errors = [];
  redis.on('error', ({ code }) => errors.push(code));
  await refusal(redis.connect());
  return [redis.status, ...errors].join(' ');
});
