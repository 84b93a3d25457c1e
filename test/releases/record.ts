import { recordCorpus, releases, writeCorpus } from './corpus.ts';
import { lossesSince, templatesOfToday, writeTemplates } from './templates.ts';

const last = releases().at(-1);
const templates = templatesOfToday();
const lost = last === undefined ? [] : lossesSince(last, templates);
if (lost.length > 0) {
  console.error(['Not recorded: accept in test/releases/accepted.ts what is meant.', ...lost].join('\n'));
  process.exit(1);
}
const release = (last ?? 0) + 1;
writeCorpus(release, await recordCorpus());
writeTemplates(release, templates);
console.log(`test/releases/${release} holds what this release stores and deploys.`);
