import model from 'tiktoken/encoders/cl100k_base.json';
import { init, Tiktoken } from 'tiktoken/lite/init';
import wasm from 'tiktoken/lite/tiktoken_bg.wasm';
import { saying } from './saying.js';

export const bot = saying(async () => {
  await init(imports => WebAssembly.instantiate(wasm, imports));
  const encoding = new Tiktoken(model.bpe_ranks, model.special_tokens, model.pat_str);
  return [...encoding.encode('hello world')].join(' ');
});
