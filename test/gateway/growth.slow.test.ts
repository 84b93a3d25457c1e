import { DynamoSessionStore } from '../../lambda/aws/dynamo-session-store.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { useLocalTable } from '../kit/local-table.ts';
import { describeGrowth } from '../kit/session-bounds.ts';

/** Of one user, by every store. */
const TURNS = 10_000;

const local = useLocalTable();

describeGrowth('DynamoSessionStore', () => new DynamoSessionStore(local.client, local.name), TURNS);

describeGrowth('MemorySessionStore', () => new MemorySessionStore(), TURNS);
