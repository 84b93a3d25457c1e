import mysql from 'mysql2/promise';
import { refusal, saying } from './saying.js';

export const bot = saying(async () => {
  const query = mysql.format('select * from menu where name = ?', ["'라테'"]);
  return `${query} ${await refusal(mysql.createConnection({ host: '127.0.0.1', port: 1 }))}`;
});
