import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Secrets Manager, as far as the gateway and its operator use it: versions move from stage to stage as on AWS. */
export interface FakeSecretsManager {
  readonly url: string;
  /** Makes a secret as a stack would; @returns its ARN */
  create(name: string, value: string, tags?: Readonly<Record<string, string>>): string;
  /** Lets every version of a secret have been put this much earlier. */
  age(name: string, hours: number): void;
  stop(): Promise<void>;
}

interface Version {
  readonly id: string;
  readonly value: string;
  stages: string[];
  /** Epoch seconds. */
  createdAt: number;
}

interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  versions: Version[];
}

/** How many secrets a page lists: few, so that there are several pages. */
const PAGE = 2;

/** Starts one on this machine. */
export async function startSecretsManager(): Promise<FakeSecretsManager> {
  const secrets = new Map<string, Secret>();
  const named = (id: string): Secret => {
    const found = [...secrets.values()].find(({ arn, name }) => id === arn || id === name);
    if (found === undefined) throw new Error('ResourceNotFoundException');
    return found;
  };
  const put = (secret: Secret, value: string): void => {
    for (const version of secret.versions) {
      const isCurrent = version.stages.includes('AWSCURRENT');
      version.stages = isCurrent ? ['AWSPREVIOUS'] : [];
    }
    secret.versions.push({ id: randomUUID(), value, stages: ['AWSCURRENT'], createdAt: Date.now() / 1_000 });
  };
  const create = (name: string, value: string, tags: Readonly<Record<string, string>> = {}): string => {
    const arn = `arn:aws:secretsmanager:ap-northeast-2:000000000000:secret:${name}-AbCdEf`;
    const secret = { arn, name, tags, versions: [] };
    put(secret, value);
    secrets.set(name, secret);
    return arn;
  };
  // biome-ignore lint/suspicious/noExplicitAny: whatever the SDK sends
  const actions: Readonly<Record<string, (input: any) => object>> = {
    GetSecretValue: ({ SecretId, VersionStage = 'AWSCURRENT' }) => {
      const version = named(SecretId).versions.find(({ stages }) => stages.includes(VersionStage));
      if (version === undefined) throw new Error('ResourceNotFoundException');
      return {
        SecretString: version.value,
        VersionId: version.id,
        VersionStages: version.stages,
        CreatedDate: version.createdAt,
      };
    },
    PutSecretValue: ({ SecretId, SecretString }) => {
      put(named(SecretId), SecretString);
      return {};
    },
    CreateSecret: ({ Name, SecretString }) => ({ ARN: create(Name, SecretString) }),
    DeleteSecret: ({ SecretId }) => {
      secrets.delete(named(SecretId).name);
      return {};
    },
    // Of the two services that a gateway has beside it.
    ListTables: () => ({ TableNames: [] }),
    ListQueues: () => ({ QueueUrls: [] }),
    ListSecretVersionIds: ({ SecretId }) => ({
      Versions: named(SecretId)
        .versions.filter(({ stages }) => stages.length > 0)
        .map(({ id, stages, createdAt }) => ({
          VersionId: id,
          VersionStages: stages,
          CreatedDate: createdAt,
        })),
    }),
    ListSecrets: ({ Filters = [], NextToken = '0' }) => {
      const [values] = Filters.map(({ Values }: { Values: string[] }) => Values);
      const all = [...secrets.values()].filter(
        ({ tags }) =>
          values === undefined ||
          Object.values(tags).some(tag => values.some((value: string) => tag.startsWith(value))),
      );
      const from = Number(NextToken);
      return {
        SecretList: all.slice(from, from + PAGE).map(({ arn, name, tags }) => ({
          ARN: arn,
          Name: name,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        })),
        ...(from + PAGE < all.length && { NextToken: String(from + PAGE) }),
      };
    },
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    try {
      const answer = actions[action]?.(JSON.parse(body));
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(answer));
    } catch (error) {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(
        JSON.stringify({ __type: error instanceof Error ? error.message : '', message: 'not here' }),
      );
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    create,
    age: (name, hours) => {
      for (const version of named(name).versions) version.createdAt -= hours * 3_600;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
}
