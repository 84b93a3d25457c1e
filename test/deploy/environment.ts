type Environment = Readonly<Record<string, string | undefined>>;

/** Where an emulator believes to be. */
const REGION = 'ap-northeast-2';

/**
 * The environment of everything that the test starts and of its own clients.
 * With an emulator nothing of the operator's AWS settings is left, so that no mistake reaches an account.
 */
export function environmentFor(endpoint: string | undefined, ambient: Environment): Record<string, string> {
  const kept = Object.entries(ambient).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (endpoint === undefined || !/^(AWS|CDK)_/.test(entry[0])),
  );
  const region = ambient.AWS_REGION || ambient.AWS_DEFAULT_REGION;
  return {
    ...Object.fromEntries(kept),
    // The SDK does not know the other name of it, which the CLI takes.
    ...(region && { AWS_REGION: region }),
    ...(endpoint !== undefined && {
      AWS_ENDPOINT_URL: endpoint,
      // Told for S3 by itself, the CLI asks for buckets by path: no bucket's host is known here.
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    }),
    // Node 20 is still ours; the SDK would say at each start that it will not be its.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: 'true',
    NO_COLOR: '1',
  };
}

/** Makes it the environment of this process. */
export function useEnvironment(environment: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
}
