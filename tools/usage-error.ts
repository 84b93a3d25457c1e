/** A command line that can't be used; the message is one sentence for the operator. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
