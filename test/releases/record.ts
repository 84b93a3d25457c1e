import { recordCorpus, releases, writeCorpus } from './corpus.ts';

const release = (releases().at(-1) ?? 0) + 1;
writeCorpus(release, await recordCorpus());
console.log(`test/releases/${release} holds what this release stores.`);
