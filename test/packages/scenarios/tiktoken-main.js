import { get_encoding } from 'tiktoken';
import { saying } from './saying.js';

export const bot = saying(() => [...get_encoding('cl100k_base').encode('hello world')].join(' '));
