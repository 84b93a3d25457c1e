/** The text that stands for the secret. */
export const SECRET_PLACE = '<the secret>';

/** Makes a function that takes the secret out of a text, however URLs and JSON write it. */
export function secretHider(secret: string): (text: string) => string {
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  const anyForm = new RegExp(
    [...new Set(forms)]
      .sort((a, b) => b.length - a.length)
      .map(form => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
      .join('|'),
    'gi',
  );
  return text => text.replace(anyForm, SECRET_PLACE);
}
