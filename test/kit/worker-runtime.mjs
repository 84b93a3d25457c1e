// Lambda's runtime, as far as a test needs it: a process of its own that loads a function's bundle, and hands it what
// the test sends.
import { pathToFileURL } from 'node:url';

// A test that was broken off leaves no process behind.
process.on('disconnect', () => process.exit());

const { handler } = await import(pathToFileURL(process.argv[2] ?? '').href);

process.on('message', async ({ event, requestId, endsAt }) => {
  const context = {
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => Math.max(0, endsAt - Date.now()),
  };
  try {
    process.send?.({ result: await handler(event, context) });
  } catch (error) {
    process.send?.({ error: String(error) });
  }
});
process.send?.({ isLoaded: true });
