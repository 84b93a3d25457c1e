/** Some time on the model's clock. @throws the signal's reason, as soon as it aborts */
export function pause(ms: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(signal?.reason);
    if (signal?.aborted) return end();
    signal?.addEventListener('abort', end, { once: true });
    setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, ms);
  });
}
