/** Everything that people said, sent and are, by every text in a body but the names of its members. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** Whose words a body holds, or who they are: where Kakao puts the user, what they said, and where to answer. */
export function privateTexts(body: unknown): string[] {
  const { userRequest, user, value, utterance, user_key, content, action } = Object(body);
  const { name: _, id: __, ...said } = Object(action);
  const asked = Object(userRequest);
  return textsIn([
    { user, value, utterance, user_key, content, said },
    { user: asked.user, utterance: asked.utterance, callbackUrl: asked.callbackUrl, params: asked.params },
  ]).filter(
    text => !/^(text|photo|video|audio|ko|botUserKey|accountId|true|false|test|.{0,2})$/.test(text.trim()),
  );
}
