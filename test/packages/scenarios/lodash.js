import _ from 'lodash';
import { saying } from './saying.js';

export const bot = saying(() => _.chunk(['라테', '모카', '티'], 2).length);
