import axios from 'axios';
import { refusal, saying } from './saying.js';

export const bot = saying(async () => {
  const url = axios.getUri({ url: 'http://127.0.0.1:1/menu', params: { q: '라테' } });
  return `${url} ${await refusal(axios.get(url))}`;
});
