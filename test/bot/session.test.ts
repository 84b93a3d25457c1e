import { MemorySessionStore } from '../../lambda/bot/session.ts';
import { describeSessionStore } from '../kit/contracts.ts';

describeSessionStore('MemorySessionStore', options => new MemorySessionStore(options));
