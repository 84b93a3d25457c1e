import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { CALLBACK_LIVES_MS, GROUP_CALLBACK_LIVES_MS } from '../../lambda/turn/time-budget.ts';
import type { Act, BlockCall } from './act.ts';
import { CALLBACK_WORDS, type Callback } from './callback.ts';
import type { Exchange } from './exchange.ts';
import { judgeSkill, judgeValidation } from './judge.ts';
import type { KeptRoom } from './kept-rooms.ts';
import { REFUSALS } from './refusals.ts';
import type { Scene } from './scene.ts';
import { type Kakao, send } from './send.ts';
import {
  channelBotId,
  type Flow,
  type Named,
  type SkillFacts,
  skillBody,
  skillHeaders,
  validationBody,
} from './skill-requests.ts';
import { triggerOf } from './tappables.ts';
import { tappedAt } from './tapped.ts';

/** The bot that every request names, as the 챗봇 관리자센터 would. */
export const BOT = { id: '5e1f0b07'.padEnd(24, '0'), name: '모의 봇' };
const SKILL = { id: '5e1f5c11'.padEnd(24, '0'), name: '모의 스킬' };

/** A block's id, made of its name. */
const blockOf = (name: string, id?: string): Named => ({
  id: id ?? createHash('sha256').update(name).digest('hex').slice(0, 24),
  name,
});

const FALLBACK = blockOf('폴백 블록');
const WELCOME = blockOf('웰컴 블록');

/** The acts that a skill hears of. */
type SkillAct = Exclude<Act, { kind: 'fills' | 'adds-friend' | 'blocks-friend' | 'leaves' }>;

/** Everything of a skill request that the act itself decides. */
interface ActFacts
  extends Pick<SkillFacts, 'block' | 'utterance' | 'params' | 'extra' | 'picture' | 'eventParams'> {
  readonly said?: string;
  /** Kakao's word for how the user came there; absent where nobody typed or tapped. */
  readonly trigger?: string;
  readonly from?: Named;
  readonly properties?: SkillFacts['user']['properties'];
}

/** Plays an act through Open Builder. @throws RefusedActError when there is no such act there */
export function playOpenBuilder(kakao: Kakao, act: Act, scene: Scene): Promise<Exchange> {
  if (act.kind === 'adds-friend' || act.kind === 'blocks-friend' || act.kind === 'leaves')
    throw REFUSALS.noNotice(act.kind);
  refuseImpossible(act, scene);
  return act.kind === 'fills' ? fill(kakao, act, scene) : call(kakao, act, scene);
}

function refuseImpossible(act: Act, { caller, room }: Scene): void {
  const isTester = caller === 'bot-test' || caller === 'skill-test';
  if (isTester && room.kind === 'group') throw REFUSALS.noTesterInGroup();
  if (act.kind === 'sends' && act.media !== 'photo') throw REFUSALS.photosAlone(act.media);
  if (act.kind === 'gets-event' && isTester) throw REFUSALS.noTestersEvents();
  if (caller === 'skill-test' && !['says', 'taps', 'calls-block', 'uses-plugin'].includes(act.kind))
    throw REFUSALS.notInSkillTest(act.kind);
}

/** The URL of a block's skill: a bot may have one a block. */
const urlFor = ({ name }: Named, url: string): string =>
  url.replaceAll('<block>', () => name.split('/').map(encodeURIComponent).join('/'));

function call(kakao: Kakao, act: SkillAct, scene: Scene): Promise<Exchange> {
  const { skill } = kakao.options.target;
  if (skill === undefined) throw REFUSALS.noSkill();
  const kept = kakao.rooms.of(scene);
  const { said, trigger, from = kept.lastBlock, properties, ...told } = factsOf(kakao, act, scene, kept);
  const id = randomUUID();
  const callback = callbackOf(kakao, scene, id, kept);
  const flow: Flow | undefined =
    trigger === undefined
      ? undefined
      : {
          trigger,
          ...(from && { referrerBlock: from }),
          ...(kept.lastBlock && { lastBlock: kept.lastBlock }),
        };
  const body = skillBody({
    ...whoAndWhere(scene),
    ...told,
    user: { ...userOf(scene), ...(properties && { properties }) },
    contexts: kept.contexts.next(Date.now()),
    ...(flow && { flow }),
    ...(callback && { callbackUrl: `${kakao.origin}/v1/bots/${callback.botId}/callback/${callback.token}` }),
  });
  kept.lastBlock = told.block;
  const room = scene.room.kind;
  return send(kakao, {
    id,
    act,
    scene,
    ...(said !== undefined && { said }),
    ...(callback && { callback }),
    call: { method: 'POST', url: urlFor(told.block, skill.url), headers: skillHeaders(newRequestId()), body },
    ownHeaders: skill.headers,
    settle: (visit, asked, own) => {
      const judgement = judgeSkill(visit, asked, { room, hasCallback: callback !== undefined });
      const { kind } = judgement.fate;
      if (kind !== 'dropped' && visit.kind === 'answered') kept.contexts.take(visit.json, Date.now());
      if (kind === 'shown' || kind === 'deferred') kept.shown = { exchange: own, isLate: false };
      return judgement;
    },
  });
}

function factsOf(kakao: Kakao, act: SkillAct, scene: Scene, kept: KeptRoom): ActFacts {
  switch (act.kind) {
    case 'says':
      return { block: FALLBACK, utterance: act.text, said: act.text, trigger: 'TEXT_INPUT' };
    case 'taps':
      return tapFacts(kakao, act, scene, kept);
    case 'sends':
      return { block: FALLBACK, utterance: act.url, picture: act.url, trigger: 'IMAGE_UPLOAD' };
    case 'enters':
      return { block: WELCOME, utterance: '웰컴' };
    case 'calls-block':
      return blockFacts(act);
    case 'uses-plugin': {
      const facts = blockFacts(act);
      const filled = kakao.plugins.fill(act.plugin, scene.user, kakao.origin);
      return { ...facts, params: { ...facts.params, [act.param]: filled } };
    }
    case 'gets-event':
      return {
        block: blockOf(act.name),
        utterance: '',
        ...(act.params && { eventParams: act.params }),
        ...(act.properties && { properties: act.properties }),
      };
    default:
      return act satisfies never;
  }
}

function blockFacts({ block, blockId, utterance = block, params = {} }: BlockCall): ActFacts {
  return {
    block: blockOf(block, blockId),
    utterance,
    said: utterance,
    trigger: 'TEXT_INPUT',
    params: Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, { origin: value, value }]),
    ),
  };
}

function tapFacts(
  kakao: Kakao,
  { at }: Extract<Act, { kind: 'taps' }>,
  scene: Scene,
  kept: KeptRoom,
): ActFacts {
  const { on, block } = tappedAt(kakao.log, at, scene, kept);
  const utterance = on.messageText ?? on.label;
  return {
    block: on.action === 'block' && on.blockId !== undefined ? { id: on.blockId, name: on.label } : FALLBACK,
    utterance,
    said: utterance,
    trigger: triggerOf(on),
    ...(on.extra && { extra: on.extra }),
    ...(block && { from: block }),
  };
}

function fill(kakao: Kakao, act: Extract<Act, { kind: 'fills' }>, scene: Scene): Promise<Exchange> {
  const { validationUrl, skill } = kakao.options.target;
  if (validationUrl === undefined) throw REFUSALS.noValidation();
  const { value, param } = act;
  return send(kakao, {
    act,
    scene,
    said: value,
    call: {
      method: 'POST',
      url: validationUrl.replaceAll('<parameter>', encodeURIComponent(param)),
      headers: skillHeaders(newRequestId()),
      body: validationBody({ ...whoAndWhere(scene), user: userOf(scene), value: { origin: value, value } }),
    },
    ownHeaders: skill?.headers ?? {},
    settle: judgeValidation,
  });
}

/** The words by which every post is refused, where it can't be taken whatever it is. */
function refusalOf({ caller, faults }: Scene): string | undefined {
  if (caller === 'bot-test') return CALLBACK_WORDS.tester;
  if (faults.callback === 'taken') return undefined;
  return faults.callback === 'late' ? CALLBACK_WORDS.spent : CALLBACK_WORDS.refused;
}

function callbackOf(kakao: Kakao, scene: Scene, id: string, kept: KeptRoom): Callback | undefined {
  const { hasCallbacks = true, callbackValidMs } = kakao.options;
  if (!hasCallbacks || scene.caller === 'skill-test') return undefined;
  const room = scene.room.kind;
  const refusal = refusalOf(scene);
  return kakao.callbacks.open(id, {
    botId: channelBotId({ caller: scene.caller, bot: BOT }),
    room,
    validMs: callbackValidMs ?? (room === 'group' ? GROUP_CALLBACK_LIVES_MS : CALLBACK_LIVES_MS),
    ...(refusal !== undefined && { refusal }),
    onChange: (life, taken) => {
      if (taken !== undefined) {
        kept.contexts.take(taken, Date.now());
        kept.shown = { exchange: id, isLate: true };
      }
      const exchange = kakao.log.find(id);
      if (exchange) kakao.log.change(exchange, { callback: life });
    },
  });
}

const newRequestId = (): string => `chp-${randomBytes(16).toString('hex')}`;

function whoAndWhere({ caller, room }: Scene): Pick<SkillFacts, 'caller' | 'bot' | 'skill' | 'group'> {
  const isTest = caller === 'skill-test';
  return {
    caller,
    bot: isTest ? { ...BOT, name: '봇 이름' } : BOT,
    skill: SKILL,
    ...(room.kind === 'group' && { group: room.id }),
  };
}

/** The user of a scene, as Kakao tells a skill of them. */
export function userOf({ caller, user }: Scene): SkillFacts['user'] {
  const { name: _, ...known } = user;
  // 스킬 테스트 knows nobody's keys: a short number stands for whoever tests.
  const number = String((Number.parseInt(known.botUserKey.slice(0, 8), 16) % 900_000) + 100_000);
  return caller === 'skill-test' ? { botUserKey: number } : known;
}
