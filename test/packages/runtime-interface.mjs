// Lambda's runtime interface client, as far as a Node function sees it: it loads the handler from its task's folder, asks
// Lambda's API for one invocation after another, and tells how each ended.
import { pathToFileURL } from 'node:url';

const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT, _HANDLER = '' } = process.env;
const API = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;

async function tell(path, body) {
  await fetch(`${API}${path}`, { method: 'POST', body: JSON.stringify(body) });
}

const told = error => ({
  errorType: error?.name,
  errorMessage: error?.message,
  stackTrace: error?.stack?.split('\n'),
});

const [module, name] = _HANDLER.split('.');
const { [name]: handler } = await import(pathToFileURL(`${LAMBDA_TASK_ROOT}/${module}.mjs`).href).catch(
  async error => {
    await tell('/init/error', told(error));
    process.exit(1);
  },
);

for (;;) {
  const invocation = await fetch(`${API}/invocation/next`);
  const id = invocation.headers.get('lambda-runtime-aws-request-id');
  const endsAt = Number(invocation.headers.get('lambda-runtime-deadline-ms'));
  const context = { awsRequestId: id, getRemainingTimeInMillis: () => Math.max(0, endsAt - Date.now()) };
  try {
    await tell(`/invocation/${id}/response`, await handler(await invocation.json(), context));
  } catch (error) {
    await tell(`/invocation/${id}/error`, told(error));
  }
}
