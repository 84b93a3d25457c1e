import { v5, validate } from 'uuid';
import { saying } from './saying.js';

export const bot = saying(() => validate(v5('cafe', v5.URL)));
