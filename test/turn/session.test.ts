import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { describeSessionStore } from '../kit/contracts.ts';

describeSessionStore('MemorySessionStore', options => new MemorySessionStore(options));
