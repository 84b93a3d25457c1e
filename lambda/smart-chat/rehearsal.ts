/** The body of a message that nobody sent: a function that starts takes one turn with it, see `gateway/rehearsal.ts`. */
export const REHEARSED_CALL = { user_key: 'rehearsal', type: 'text', content: 'rehearsal' };
