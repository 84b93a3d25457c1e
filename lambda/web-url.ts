/** Whether a text is an http or https URL: nothing else opens from a Kakao button, or shows as a picture. */
export function isWebUrl(text: string): boolean {
  return /^https?:\/\/[^\s/]/i.test(text);
}
