/** The body of a skill call that a synthetic user makes, with all that Kakao's have. */
export const probeCall = (user: string, utterance: string): object => ({
  bot: { id: user, name: user },
  intent: { id: user, name: user, extra: { reason: { code: 1, message: 'OK' } } },
  action: { id: user, name: user, params: {}, detailParams: {}, clientExtra: {} },
  userRequest: {
    block: { id: user, name: user },
    user: { id: user, type: 'botUserKey', properties: { botUserKey: user } },
    utterance,
    params: { surface: 'Kakaotalk.plusfriend' },
    lang: 'ko',
    timezone: 'Asia/Seoul',
  },
  contexts: [],
});
