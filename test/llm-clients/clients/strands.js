import { Agent, BedrockModel, tool } from '@strands-agents/sdk';
import { tool as order } from './tool.js';

const agentAt = (endpoint, tools = []) =>
  new Agent({
    model: new BedrockModel({
      modelId: 'a-model',
      region: 'ap-northeast-2',
      clientConfig: { endpoint, credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1 },
    }),
    printer: false,
    tools,
  });

/** @satisfies {Record<string, import('../run.js').Client>} */
export const clients = {
  'strands, a tool that it runs': {
    api: 'converse',
    http2: true,
    runsTools: true,
    ask: ({ url, signal }) => {
      const { name, description, schema } = order;
      const callback = async () => ({ number: 7 });
      return agentAt(url, [tool({ name, description, inputSchema: schema, callback })]).stream('안녕', {
        cancelSignal: signal,
      });
    },
  },
  'strands, an agent': {
    api: 'converse',
    http2: true,
    noTools: true,
    ask: ({ url, signal }) => agentAt(url).stream('안녕', { cancelSignal: signal }),
  },
  'strands, an agent at once': {
    api: 'converse',
    http2: true,
    whole: true,
    noTools: true,
    ask: ({ url, signal }) => agentAt(url).invoke('안녕', { cancelSignal: signal }),
  },
};
