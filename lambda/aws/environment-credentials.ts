import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for the SDK's chain of credential providers in a deployed bundle: Lambda puts a function's
 * credentials into its environment, and the rest of the chain is a quarter of the bundle for nothing.
 */
export const defaultProvider = fromEnv;
