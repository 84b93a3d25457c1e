import sharp from 'sharp';
import { saying } from './saying.js';

export const bot = saying(async () => {
  const create = { width: 4, height: 2, channels: 3, background: 'red' };
  const png = await sharp({ create }).resize(2).png().toBuffer();
  const { format, width, height } = await sharp(png).metadata();
  return `${format} ${width}x${height}`;
});
