/** The value that `look` gives, or `otherwise` where it throws. */
export function attempt<T>(otherwise: T, look: () => T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
