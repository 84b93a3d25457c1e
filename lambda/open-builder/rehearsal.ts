/** The body of a skill call that nobody made: a function that starts takes one turn with it, see `gateway/rehearsal.ts`. */
export const REHEARSED_CALL = {
  bot: { id: 'rehearsal' },
  userRequest: {
    utterance: 'rehearsal',
    timezone: 'Asia/Seoul',
    lang: 'ko',
    params: { surface: 'Kakaotalk.plusfriend' },
    block: { id: 'rehearsal', name: 'rehearsal' },
    user: { id: 'rehearsal', type: 'botUserKey', properties: { plusfriendUserKey: 'rehearsal' } },
  },
  action: { id: 'rehearsal', name: 'rehearsal', params: {}, detailParams: {}, clientExtra: {} },
  contexts: [],
};
