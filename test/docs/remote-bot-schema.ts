import { REPLY } from '../../lambda/check/reply-limits.ts';
import type { Field, Shape } from '../../lambda/check/shape.ts';

/** JSON Schema, as far as it is written here. */
export type Schema = { readonly [keyword: string]: unknown };

const NONE: Schema = {};
const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` });
const TEXT: Schema = { type: 'string', pattern: '\\S' };
const ANY_TEXT: Schema = { type: 'string' };
const OBJECT: Schema = { type: 'object' };

const object = (properties: Schema, required: readonly string[] = [], more: Schema = NONE): Schema => ({
  type: 'object',
  ...more,
  properties,
  ...(required.length > 0 && { required }),
});

/** Everything that is posted to a bot server. Servers must not mind members that are not here: later releases may have more. */
const POSTED: Readonly<Record<string, Schema>> = {
  posted: {
    title: 'The body that a bot server gets: a turn to answer, or a notice',
    oneOf: [
      object({ version: { const: 1 }, turn: ref('turn') }, ['version', 'turn']),
      object({ version: { const: 1 }, notice: ref('notice') }, ['version', 'notice']),
    ],
  },
  turn: object(
    {
      id: { ...TEXT, description: 'The same whenever this turn is asked again' },
      attempt: {
        type: 'integer',
        minimum: 1,
        description: 'Which try this is of one asking; a worker counts from 1 again',
      },
      answerWithinMs: { type: 'integer', minimum: 0, description: 'For so long an answer is waited for' },
      incoming: ref('incoming'),
      text: { ...ANY_TEXT, description: 'The utterance, composed (NFC) and trimmed; empty for media' },
      user: ref('user'),
      channel: { enum: ['live', 'dev'] },
      session: { ...OBJECT, description: "The bot server's own state of the user; empty at first" },
      trigger: ref('trigger'),
      params: { type: 'object', additionalProperties: ref('param') },
      contexts: { type: 'object', additionalProperties: ref('activeContext') },
      knowledge: { type: 'array', items: ref('knowledge') },
      eventParams: OBJECT,
      lastBlock: ref('block'),
      tester: { enum: ['skill-test', 'bot-test'] },
      group: ref('group'),
    },
    [
      ...['id', 'attempt', 'answerWithinMs', 'incoming', 'text', 'user', 'channel', 'session', 'trigger'],
      ...['params', 'contexts', 'knowledge', 'eventParams'],
    ],
    { title: 'One thing that the user did' },
  ),
  notice: object(
    {
      id: { ...TEXT, description: 'The same whenever this notice is told again after a failure' },
      attempt: { type: 'integer', minimum: 1 },
      kind: {
        ...TEXT,
        description:
          'friend-added, friend-blocked, room-left, unlinked, group-entered, group-left, group-invited; more may follow',
      },
      user: ref('user'),
      channel: { enum: ['live', 'dev'] },
      group: ref('group'),
      params: { ...OBJECT, description: 'Of the link by which the bot was invited to a group room' },
    },
    ['id', 'attempt', 'kind'],
    { title: 'Something that Kakao tells without expecting an answer' },
  ),
  incoming: {
    oneOf: [
      object({ kind: { const: 'utterance' }, text: ANY_TEXT, block: ref('block'), extra: OBJECT }, [
        'kind',
        'text',
        'extra',
      ]),
      object(
        {
          kind: { const: 'media' },
          media: { enum: ['photo', 'video', 'audio', 'other'] },
          url: { type: 'string', pattern: '^https?://' },
          block: ref('block'),
        },
        ['kind', 'media', 'url'],
      ),
      object({ kind: { const: 'arrival' }, text: ANY_TEXT, block: ref('block') }, ['kind', 'text', 'block']),
    ],
  },
  user: object(
    {
      botUserKey: TEXT,
      plusfriendUserKey: TEXT,
      appUserId: TEXT,
      appUserStatus: TEXT,
      isFriend: { type: 'boolean' },
    },
    ['isFriend'],
    {
      title:
        'The ids that Kakao gave: key your own data by plusfriendUserKey, where it is missing by botUserKey',
    },
  ),
  trigger: object(
    {
      how: { enum: ['typed', 'tapped', 'uploaded', 'unknown'] },
      on: { enum: ['card-button', 'list-item', 'list-menu', 'quick-reply'] },
      does: { enum: ['message', 'block'] },
      from: ref('block'),
      type: ANY_TEXT,
    },
    ['how'],
  ),
  param: object(
    {
      value: { description: 'A text; an object or a list where that is JSON; null where it is missing' },
      origin: ANY_TEXT,
    },
    ['value'],
  ),
  activeContext: object(
    {
      turnsLeft: { type: 'number' },
      ttlSeconds: { type: 'number' },
      params: { type: 'object', additionalProperties: ANY_TEXT },
    },
    ['turnsLeft', 'params'],
  ),
  knowledge: object(
    {
      question: ANY_TEXT,
      answer: ANY_TEXT,
      categories: { type: 'array', items: ANY_TEXT },
      imageUrl: { type: 'string', pattern: '^https?://' },
      landingUrl: { type: 'string', pattern: '^https?://' },
    },
    ['question', 'answer', 'categories'],
  ),
  block: object({ id: ANY_TEXT, name: ANY_TEXT }, ['id', 'name']),
  group: object({ key: ANY_TEXT }, ['key']),
};

/** The schema of all that passes between the gateway and a bot server; of answers by the table that they are checked with. */
export function remoteBotSchema(): Schema {
  const $defs: { [name: string]: Schema } = { ...POSTED };
  addShape($defs, REPLY());
  const { reply, output = NONE, ...components } = $defs;
  const { properties } = reply as { readonly properties: { readonly [name: string]: Schema } };
  const session: Schema = {
    anyOf: [OBJECT, { type: 'null' }],
    description:
      'The new state of the user, at most 32,768 bytes of JSON; without it, or with null, the state stays as it is',
  };
  const textOr = (name: string): Schema => ({ anyOf: [TEXT, ref(name)] });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:kakao-gateway:remote-bot:1',
    title:
      'What the Kakao gateway posts to the server of a remoteBot (#/$defs/posted), and its answer (#/$defs/answer)',
    anyOf: [ref('posted'), ref('answer')],
    $defs: withoutDoubles({
      ...components,
      answer: {
        title: 'The answer to a turn: a text, an output, or outputs with all that stands beside them',
        anyOf: [TEXT, ref('reply'), ref('outputAlone')],
      },
      reply: {
        ...reply,
        properties: {
          ...properties,
          outputs: {
            type: 'array',
            items: textOr('output'),
            minItems: 1,
            description: 'A text is a bubble; what is more than three follows behind 더보기',
          },
          quickReplies: {
            type: 'array',
            items: textOr('quickReply'),
            maxItems: 10,
            description: 'A text is a button that says it',
          },
          session,
        },
        anyOf: [{ required: ['outputs'] }, { required: ['data'] }, { required: ['contexts'] }],
      },
      output: { ...output, minProperties: 1, maxProperties: 1 },
      outputAlone: {
        ...output,
        properties: { ...(output.properties as object), session },
        anyOf: Object.keys(output.properties as object).map(name => ({ required: [name] })),
      },
    }),
  };
}

/** Adds a shape, and all those inside it; returns its name. */
function addShape($defs: { [name: string]: Schema }, shape: Shape): string {
  const { name, prefix } = shape;
  const own = prefix === '' ? name : `carousel${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  if (own in $defs) return own;
  $defs[own] = {};
  const fields = [...shape.fields.values()];
  const conditions = fields.flatMap(field => conditionsOf($defs, field));
  $defs[own] = {
    ...object(
      Object.fromEntries(fields.map(field => [field.key, schemaOf($defs, field)])),
      fields.filter(({ isNeeded }) => isNeeded).map(({ key }) => key),
    ),
    additionalProperties: false,
    ...(conditions.length > 0 && { allOf: conditions }),
  };
  return own;
}

function schemaOf($defs: { [name: string]: Schema }, field: Field): Schema {
  const { kind, isNeeded, mayBeBlank, max, min, words } = field;
  switch (kind) {
    case 'text':
      return {
        ...(isNeeded && !mayBeBlank ? TEXT : ANY_TEXT),
        ...(Number.isFinite(max) && { description: `KakaoTalk shows at most ${max} characters` }),
      };
    case 'url':
      return { type: 'string', pattern: '^[hH][tT][tT][pP][sS]?://' };
    case 'integer':
    case 'boolean':
      return { type: kind };
    case 'word':
      return { enum: [...words.keys()] };
    case 'list':
      return {
        type: 'array',
        ...(field.shape && { items: ref(addShape($defs, field.shape())) }),
        ...(min > 0 && { minItems: min }),
        ...(Number.isFinite(max) && { maxItems: max }),
        ...(field.key === 'buttons' && {
          description: 'Three at most, side by side two; in a group room five',
        }),
      };
    case 'object':
      return field.shape ? ref(addShape($defs, field.shape())) : OBJECT;
    default:
      return {};
  }
}

/** The demands of a member on others: a word of what must stand beside it, a list of the word that says what is in it. */
function conditionsOf($defs: { [name: string]: Schema }, { key, words, shapes }: Field): Schema[] {
  const when = (name: string, word: string, then: Schema): Schema => ({
    if: { properties: { [name]: { const: word } }, required: [name] },
    then,
  });
  return [
    ...[...words]
      .filter(([, beside]) => beside !== '')
      .map(([word, beside]) => when(key, word, { required: [beside] })),
    ...[...shapes].map(([type, shape]) =>
      when('type', `${type}`, { properties: { [key]: { items: ref(addShape($defs, shape())) } } }),
    ),
  ];
}

/** The definitions without those of a carousel that are the same outside. */
function withoutDoubles($defs: { readonly [name: string]: Schema }): { readonly [name: string]: Schema } {
  for (const name of Object.keys($defs)) {
    const other = name.replace(/^carousel([A-Z])/, (_, letter: string) => letter.toLowerCase());
    if (other === name || JSON.stringify($defs[name]) !== JSON.stringify($defs[other])) continue;
    const { [name]: _, ...rest } = $defs;
    const json = JSON.stringify(rest).replaceAll(`"#/$defs/${name}"`, `"#/$defs/${other}"`);
    return withoutDoubles(JSON.parse(json));
  }
  return $defs;
}
