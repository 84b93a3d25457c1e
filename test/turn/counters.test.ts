import { MemoryCounterStore } from '../../lambda/turn/counters.ts';
import { describeCounterStore } from '../kit/counter-contract.ts';

describeCounterStore('MemoryCounterStore', options => new MemoryCounterStore(options));
