import { load } from 'cheerio';
import { saying } from './saying.js';

export const bot = saying(() => load('<ul><li>라테</li></ul>')('li').text());
