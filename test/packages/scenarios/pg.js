import pg from 'pg';
import { refusal, saying } from './saying.js';

export const bot = saying(
  async () =>
    `${pg.escapeIdentifier('메뉴 "판"')} ${await refusal(new pg.Client('postgres://127.0.0.1:1/cafe').connect())}`,
);
