import bcrypt from 'bcrypt';
import { saying } from './saying.js';

export const bot = saying(async () => bcrypt.compare('비밀', await bcrypt.hash('비밀', 4)));
