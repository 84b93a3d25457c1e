/**
 * The name of the secret that holds the app's REST API key, from the context `restApiKeySecretName`; undefined
 * without it.
 * @throws when it is no name of a secret
 */
export function restApiKeySecretNameOf(context: unknown): string | undefined {
  if (context === undefined) return undefined;
  if (typeof context === 'string' && /^[\w/+=.@-]{1,512}$/.test(context)) return context;
  throw new Error(
    'the context "restApiKeySecretName" must be the name of a secret in Secrets Manager: cdk deploy --all -c restApiKeySecretName=kakao/rest-api-key',
  );
}
