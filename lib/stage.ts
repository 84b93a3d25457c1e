/**
 * Which of an account's deployments this is, from the context `stage`: `prod` unless it says otherwise.
 * @throws when it can't be part of a stack's name
 */
export function stageOf(context: unknown = 'prod'): string {
  if (typeof context === 'string' && /^[a-z][a-z0-9-]{0,31}$/.test(context)) return context;
  throw new Error(
    'the context "stage" must be lower-case letters, digits and hyphens, a letter first and 32 at most: cdk deploy --all -c stage=dev',
  );
}
