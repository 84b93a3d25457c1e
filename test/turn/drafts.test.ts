import { MemoryDraftStore } from '../../lambda/turn/drafts.ts';
import { describeDraftStore } from '../kit/draft-contract.ts';

describeDraftStore('MemoryDraftStore', options => new MemoryDraftStore(options));
