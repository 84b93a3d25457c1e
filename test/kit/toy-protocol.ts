import { laterPart, type SettledReply, text } from '../../lambda/bot/reply.ts';
import { cutText } from '../../lambda/bot/split-text.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import { optionalText, requireId, requireObject } from '../../lambda/json-reader.ts';
import type { Deliverer, Protocol, Renderer } from '../../lambda/turn/protocol.ts';

/** Lines of text, of which the last are numbered: to choose one, the user says its number. */
export interface ToyAnswer {
  readonly lines: readonly string[];
}

const render: Renderer<ToyAnswer>['render'] = (reply, texts) => {
  const { head, tail } = cutText(wordsOf(reply), 300);
  const own = (reply.quickReplies ?? []).map(button => button?.label ?? '');
  const labels = tail === '' ? own : [texts.more, ...own];
  const chosen = tail === '' ? reply.quickReplies : [undefined, ...(reply.quickReplies ?? [])];
  return {
    answer: { lines: [head, ...labels.map((label, index) => `${index + 1}) ${label}`)] },
    ...(labels.length > 0 && { memory: chosen?.map((button, n) => saidBy(button) ?? labels[n]) }),
    lost: [],
    violations: [],
    ...(tail !== '' && { rest: laterPart(reply, [text(tail)]) }),
  };
};

/** A protocol of its own folder, as it would be: `{ user, text, id?, answerTo? }` comes, {@link ToyAnswer} goes. */
export const toy: Protocol<ToyAnswer> = {
  name: 'toy',
  parse: (body, { requestId, callbackOrigins }) => {
    const { user, text: said, id, answerTo: address } = requireObject(body, 'body');
    const name = optionalText(id, 'id');
    const key = userKeyOf('live', { plusfriendUserKey: requireId(optionalText(user, 'user'), 'user') });
    const request = {
      ...{ id: name ?? requestId, mayRepeat: name !== undefined, params: {} },
      user: { key, channelKind: 'live', isFriend: false },
      incoming: { kind: 'utterance', text: optionalText(said, 'text') ?? '', extra: {} },
    } as const;
    const isOurs = callbackOrigins.some(origin => String(address).startsWith(`${origin}/`));
    return isOurs ? { kind: 'turn', request, address } : { kind: 'turn', request };
  },
  render,
  renderWaiting: words => ({ lines: [words] }),
  recall: (request, { value }) => {
    const chosen = request.incoming.kind === 'utterance' && Number(request.incoming.text);
    const said: unknown = Array.isArray(value) && chosen ? value[chosen - 1] : undefined;
    return typeof said === 'string'
      ? { ...request, incoming: { kind: 'utterance', text: said, extra: {} } }
      : request;
  },
};

/** Posts late answers to where `answerTo` said. */
export const toyDeliverer: Deliverer<ToyAnswer> = {
  name: toy.name,
  render,
  deliver: async (answer, address) => {
    try {
      const answered = await fetch(String(address), { method: 'POST', body: JSON.stringify(answer) });
      const { status } = (await answered.json()) as { status?: string };
      return status === 'SUCCESS' ? { kind: 'delivered' } : { kind: 'spent', reason: 'taken' };
    } catch {
      return { kind: 'failed', reason: 'no-answer' };
    }
  },
};

const wordsOf = ({ outputs }: SettledReply): string =>
  outputs.map(one => (one && 'simpleText' in one ? one.simpleText.text : '?')).join('\n');

function saidBy(button: object | undefined): unknown {
  return button && 'messageText' in button ? button.messageText : undefined;
}
