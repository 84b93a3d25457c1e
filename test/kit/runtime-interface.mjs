// Lambda's runtime interface client, as far as a Node function sees it: it loads the handler from its task's folder, asks
// Lambda's API for one invocation after another, and tells how each ended.
import { pathToFileURL } from 'node:url';

// An import of it, and `fetch`, would load what a function that needs neither is then not seen to load.
const { request } = process.getBuiltinModule('node:http');

const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT, _HANDLER = '' } = process.env;
const API = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const asked = request(`${API}${path}`, { method }, async answer => {
      let text = '';
      for await (const chunk of answer.setEncoding('utf8')) text += chunk;
      resolve({ headers: answer.headers, text });
    });
    asked.once('error', reject).end(body && JSON.stringify(body));
  });
}

const told = error => ({
  errorType: error?.name,
  errorMessage: error?.message,
  stackTrace: error?.stack?.split('\n'),
});

const [module, name] = _HANDLER.split('.');
const { [name]: handler } = await import(pathToFileURL(`${LAMBDA_TASK_ROOT}/${module}.mjs`).href).catch(
  async error => {
    await call('POST', '/init/error', told(error));
    process.exit(1);
  },
);

for (;;) {
  const { headers, text } = await call('GET', '/invocation/next');
  const id = headers['lambda-runtime-aws-request-id'];
  const endsAt = Number(headers['lambda-runtime-deadline-ms']);
  const context = { awsRequestId: id, getRemainingTimeInMillis: () => Math.max(0, endsAt - Date.now()) };
  try {
    await call('POST', `/invocation/${id}/response`, await handler(JSON.parse(text), context));
  } catch (error) {
    await call('POST', `/invocation/${id}/error`, told(error));
  }
}
