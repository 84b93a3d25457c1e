// A function of its own process, as Lambda starts it: imports the bundle, tells of that, and answers what it is sent.
import { Session } from 'node:inspector/promises';

const inspector = new Session();
inspector.connect();
const isWatched = process.argv[3] === 'watched';
if (isWatched) {
  await inspector.post('Profiler.enable');
  await inspector.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
}

/** The places of the bundle's functions that ran since this was asked last. */
async function ran() {
  if (!isWatched) return [];
  const { result } = await inspector.post('Profiler.takePreciseCoverage');
  return result
    .filter(({ url }) => url === process.argv[2])
    .flatMap(({ functions }) => functions)
    .map(({ ranges }) => ranges[0])
    .filter(({ count }) => count > 0)
    .map(({ startOffset, endOffset }) => ({ startOffset, endOffset }));
}

const startedAt = performance.now();
const { handler } = await import(process.argv[2]);
const ms = performance.now() - startedAt;
process.send({ ms, ran: await ran() });
process.on('message', async event => {
  const answer = await handler(event, {});
  process.send({ answer, ran: await ran() });
});
