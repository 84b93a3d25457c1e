import { type ClientConfig, callSigned } from './signed-call.ts';

/**
 * A parameter of the Parameter Store, decrypted; undefined where it has no text.
 * @throws AwsRefusal when AWS refuses, and what the network throws
 */
export async function parameterOf(
  config: ClientConfig,
  name: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const operation = {
    of: 'the Parameter Store',
    service: 'ssm',
    endpoint: process.env.AWS_ENDPOINT_URL_SSM,
    target: 'AmazonSSM.GetParameter',
  };
  const body = await callSigned(config, operation, { Name: name, WithDecryption: true }, signal);
  const { Parameter } = JSON.parse(body);
  return typeof Parameter?.Value === 'string' ? Parameter.Value : undefined;
}
