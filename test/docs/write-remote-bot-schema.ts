// Writes docs/remote-bot.schema.json anew: node --import tsx test/docs/write-remote-bot-schema.ts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { remoteBotSchema } from './remote-bot-schema.ts';

writeFileSync(
  join(import.meta.dirname, '../../docs/remote-bot.schema.json'),
  `${JSON.stringify(remoteBotSchema(), null, 2)}\n`,
);
