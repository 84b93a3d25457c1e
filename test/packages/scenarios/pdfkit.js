import Pdf from 'pdfkit';
import { saying } from './saying.js';

export const bot = saying(async () => {
  const pdf = new Pdf();
  pdf.text('menu').end();
  const chunks = [];
  for await (const chunk of pdf) chunks.push(chunk);
  return Buffer.concat(chunks).subarray(0, 5);
});
