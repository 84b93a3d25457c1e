import { bot } from './bot.ts';
import { type ReleaseGateway, type SkillCallAbout, wordsOf } from './gateway.ts';

/** The things that a user did under a release until the next one came: what is stored then is read by every later release. */
export const STORIES = {
  'a session with state': async ({ skill }) => {
    for (const id of ['state-1', 'state-2']) await skill('state', '담기', { id });
  },
  'a room of smart-chat without state, whose buttons mean more than their labels': async ({ smartChat }) => {
    await smartChat('labels', '고르기');
  },
  'the rest of a long answer, behind 더보기': async ({ skill }) => {
    await skill('rest', '긴 글', { id: 'rest-1' });
  },
  'the rest of a long answer under smart-chat, beside state': async ({ smartChat }) => {
    await smartChat('rest-state', '담기');
    await smartChat('rest-state', '긴 글');
  },
  'a turn that changed something, and may be delivered again': async ({ skill }) => {
    await skill('again', '담기', { id: 'again-1' });
    await skill('again', '담기', { id: 'again-2' });
  },
  'remembered turns of which the oldest lost its reply': async ({ skill }) => {
    for (let n = 1; n <= 5; n++) await skill('trimmed', '담고 긴 글', { id: `trimmed-${n}` });
  },
  'a reply that is packed, and may be asked for again': async ({ skill }) => {
    for (const id of ['packed-1', 'packed-2']) await skill('packed', '담고 더 긴 말', { id });
  },
  'a late turn in the queue, to be collected': async ({ skill }) => {
    await skill('late', '담기', { id: 'late-1' });
    await skill('late', '느린 담기', { id: 'late-2' });
  },
  'a late turn under smart-chat, in the queue': async ({ smartChat }) => {
    await smartChat('late-smart', '느린 담기');
  },
  'a late turn of a tapped label, with what the label meant': async ({ smartChat }) => {
    await smartChat('late-label', '고르기');
    await smartChat('late-label', '늦게 라떼');
  },
  'a late turn of a photo': async ({ smartChat }) => {
    await smartChat('photo', 'https://dn-m.talk.kakao.com/talkm/a.jpg', 'photo');
  },
  'late replies that wait in the room': async ({ skill, work }) => {
    await skill('waiting', '느린 담기', { id: 'waiting-1' });
    await skill('waiting', '느린 긴 글', { id: 'waiting-2' });
    await work();
  },
  'a late reply with all that a reply has': async ({ skill, work }) => {
    await skill('receipt', '느린 접수', { id: 'receipt-1' });
    await work();
  },
  'a late turn with a callback': async ({ skill }) => {
    await skill('callback', '느린 담기', { id: 'callback-1', callbackUrl: callbackFor('callback') });
  },
  'a late turn with a callback from a group room': async ({ skill }) => {
    await skill('group', '느린 긴 글', { id: 'group-1', callbackUrl: callbackFor('group'), room: 'group' });
  },
  'a session of a group room': async ({ skill }) => {
    await skill('group-state', '담기', { id: 'group-state-1', room: 'group' });
  },
  'a late turn whose worker died with its lease': async ({ skill, workAndDie }) => {
    await skill('lease', '느린 담기', { id: 'lease-1' });
    await workAndDie();
  },
  'a late turn that waits for another': async ({ skill }) => {
    await skill('line', '느린 담기', { id: 'line-1' });
    await skill('line', '느린 담기', { id: 'line-2', callbackUrl: callbackFor('line') });
  },
  'a late reply that was collected a moment ago': async ({ skill, work }) => {
    await skill('shown', '느린 접수', { id: 'shown-1' });
    await work();
    await skill('shown', collect);
  },
  'the rest of a long answer in a group room, beside a late reply in another': async ({ skill, work }) => {
    await skill('rooms', '긴 글', { id: 'rooms-1', room: 'group' });
    await skill('rooms', '느린 담기', { id: 'rooms-2', room: 'group', userRequest: OTHER_GROUP });
    await work();
  },
  'a rule that was begun as often as it may': async ({ skill, work }) => {
    await skill('limited', '한 번만', { id: 'limited-1' });
    await work();
  },
  'a late turn that knows all that Kakao tells': async ({ skill }) => {
    const told = wordsOf(await skill('all', '다 말해', { ...EVERYTHING, id: 'all-1' }));
    if (!told.includes('A-1')) throw new Error(`the bot was told too little: ${told}`);
    await skill('all', '느리게 다 말해', { ...EVERYTHING, id: 'all-2' });
  },
  'a late turn of a group room whose answer is minutes away': async ({ skill }) => {
    await skill('minutes', '느린 담기', {
      id: 'minutes-1',
      callbackUrl: callbackFor('minutes'),
      room: 'group',
    });
  },
  'a session that an alias names, with the state of a room of two': async ({ skill }) => {
    await skill('aliased', '함께 담기', { id: 'aliased-0', appUserId: APP_USER });
    // An alias that a busy machine did not write in time is written by the next turn.
    for (const id of ['aliased-1', 'aliased-2', 'aliased-3'])
      await skill('aliased', '담기', { id, appUserId: APP_USER });
  },
  'a session that remembers its alias, to renew it': async ({ skill }) => {
    for (const id of ['renewed-1', 'renewed-2', 'renewed-3'])
      await skill('renewed', '담기', { id, appUserId: APP_USER });
  },
  'a room session of a group room': async ({ skill }) => {
    for (const user of ['room-one', 'room-two']) await skill(user, '함께 담기', { id: user, room: 'group' });
  },
  'a late turn that changes a room session': async ({ skill }) => {
    await skill('room-late', '함께 담기', { id: 'room-late-1', room: 'group' });
    await skill('room-late', '느린 함께 담기', {
      id: 'room-late-2',
      callbackUrl: callbackFor('room-late'),
      room: 'group',
    });
  },
  'an answer that grows, of which some was seen, and whose worker died': async ({ skill, growAndDie }) => {
    await skill('grows', '길게 이야기해', { id: 'grows-1' });
    await growAndDie();
    const seen = wordsOf(await skill('grows', collect));
    if (!seen.includes(goOn)) throw new Error(`the user has seen nothing of what grows: ${seen}`);
  },
  'a part of a growing answer that was posted, whose rest waits to be collected': async ({ skill, work }) => {
    await skill('part', '길게 이야기해', { id: 'part-1', callbackUrl: callbackFor('part') });
    await work();
  },
  'a part of a growing answer that was posted, and whose worker died': async ({ skill, growAndDie }) => {
    await skill('part-dead', '길게 이야기해', { id: 'part-dead-1', callbackUrl: callbackFor('part-dead') });
    await growAndDie(1);
  },
  'a conversation with a model, with a question whether a tool may run': async ({ skill, work }) => {
    for (const [n, utterance] of ['모델아, 안녕', '모델아, 라떼 주문해 줘'].entries()) {
      await skill('talk', utterance, { id: `talk-${n}` });
      await work();
      await skill('talk', collect);
    }
  },
  'a turn of a conversation in the queue, whose tokens are reserved': async ({ skill, work }) => {
    await skill('reserved', '모델아, 안녕', { id: 'reserved-1' });
    await work();
    await skill('reserved', collect);
    await skill('reserved', '모델아, 뭐 해', { id: 'reserved-2' });
  },
  'a turn of a conversation whose worker died with its lease': async ({ skill, workAndDie }) => {
    await skill('unknown', '모델아, 안녕', { id: 'unknown-1' });
    await workAndDie();
  },
  'a question in a group room whether a tool may run': async ({ skill, work }) => {
    await skill('asked', '모델아, 라떼 주문해 줘', { id: 'asked-1', room: 'group' });
    await work();
    await skill('asked', collect, { room: 'group' });
  },
  'a tool that its user has agreed to, before it has run': async ({ skill, work }) => {
    await skill('agreed', '모델아, 라떼 주문해 줘', { id: 'agreed-1' });
    await work();
    await skill('agreed', collect);
    await skill('agreed', '네', { id: 'agreed-2' });
  },
  'the tokens that all users of a day have taken together': async ({ skill, work }) => {
    await skill('counted', '모두의 모델아, 안녕', { id: 'counted-1' });
    await work();
  },
} as const satisfies Readonly<Record<string, (gateway: Recorder) => Promise<unknown>>>;

export type StoryName = keyof typeof STORIES;

/** A gateway that lets Kakao's callback origin pass, whoever answers there. */
export type Recorder = Pick<ReleaseGateway, 'skill' | 'smartChat' | 'work' | 'workAndDie' | 'growAndDie'>;

/** The app's id of the users whom an alias names. */
export const APP_USER = '2468013579';

/** A group room that is another than that of every story. */
export const OTHER_GROUP = { chat: { id: 'other-group-key', type: 'botGroupKey' } };

/** Stands in the corpora where the sink's own origin stands while they are recorded and read. */
export const CALLBACK_ORIGIN = 'https://callback.example.com';

/** The callback that Kakao gives with what a story's user says. */
export const callbackFor = (story: string): string =>
  `${CALLBACK_ORIGIN}/v1/bots/b0/callback/cbtoken:${story}`;

const BLOCK = { id: '64a119e494d975deba4591c8', name: '주문하기' };

/** All that Kakao may tell of a turn beside its words. */
export const EVERYTHING: SkillCallAbout = {
  body: {
    intent: {
      ...BLOCK,
      extra: {
        knowledge: {
          matchedKnowledges: [
            {
              question: '언제 여나요',
              answer: '8시요',
              categories: ['가게'],
              imageUrl: 'https://a.example/1',
            },
          ],
        },
      },
    },
    action: {
      id: 'a0',
      name: '스킬',
      params: { drink: '라테', cups: '{"amount":2,"unit":"잔"}' },
      detailParams: { drink: { origin: '라테', value: '라떼', groupName: '' } },
      clientExtra: {},
    },
    contexts: [
      { name: 'order', lifespan: 3, ttl: 600, params: { size: { value: '톨이요', resolvedValue: '톨' } } },
    ],
    flow: { lastBlock: BLOCK, trigger: { type: 'QUICKREPLY_BUTTON_MESSAGE', referrerBlock: BLOCK } },
  },
  userRequest: {
    block: BLOCK,
    params: { surface: 'BuilderBotTest', orderId: 'A-1' },
    user: {
      id: 'bot-user-all',
      type: 'botUserKey',
      properties: {
        botUserKey: 'bot-user-all',
        plusfriendUserKey: 'all',
        appUserId: '1234567890',
        appUserStatus: 'REGISTERED',
        isFriend: true,
      },
    },
  },
};

/** The words that the bot's user collects by, and reads on by. */
export const { collect, more, goOn } = bot.texts;
