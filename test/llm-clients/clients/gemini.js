import { GoogleGenAI } from '@google/genai';

const at = baseUrl => new GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl } }).models;
const callOf = signal => ({ model: 'a-model', contents: '안녕', config: { abortSignal: signal } });

/** @satisfies {Record<string, import('../run.js').Client>} */
export const clients = {
  'gemini, a stream': {
    api: 'gemini',
    ask: ({ url, signal }) => at(url).generateContentStream(callOf(signal)),
  },
  'gemini, at once': {
    api: 'gemini',
    whole: true,
    ask: ({ url, signal }) => at(url).generateContent(callOf(signal)),
  },
};
