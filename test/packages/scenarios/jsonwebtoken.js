import jwt from 'jsonwebtoken';
import { saying } from './saying.js';

export const bot = saying(() => jwt.verify(jwt.sign({ name: '달빛' }, 'not a secret'), 'not a secret').name);
