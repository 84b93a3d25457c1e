import dayjs from 'dayjs';
import 'dayjs/locale/ko.js';
import timezone from 'dayjs/plugin/timezone.js';
import utc from 'dayjs/plugin/utc.js';
import { saying } from './saying.js';

dayjs.extend(utc);
dayjs.extend(timezone);

export const bot = saying(() =>
  dayjs('2026-11-22T00:00:00Z').tz('Asia/Seoul').locale('ko').format('M월 D일 dddd HH시'),
);
