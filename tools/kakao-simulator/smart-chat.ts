import { isObject } from '../../lambda/json-reader.ts';
import type { Act } from './act.ts';
import type { Exchange } from './exchange.ts';
import { judgeNotice, judgeSmartChat } from './judge.ts';
import type { Keyboard } from './kept-rooms.ts';
import { REFUSALS } from './refusals.ts';
import type { Scene } from './scene.ts';
import { type Kakao, record, type Sending, send } from './send.ts';
import { TAKEN } from './sentences.ts';
import { friendBody, messageBody, smartChatHeaders } from './smart-chat-requests.ts';
import { tappedAt } from './tapped.ts';
import type { BotCall } from './visit-bot.ts';

/** How long a keyboard stands before home's takes its place. */
const KEYBOARD_LIVES_MS = 10 * 60_000;
/** Kakao asks for the home keyboard once in this time. */
const HOME_IS_KEPT_MS = 60_000;
/** The rest is cut. */
const MAX_BUTTONS = 100;

/** Plays an act through smart-chat. @throws RefusedActError when there is no such act there */
export function playSmartChat(kakao: Kakao, act: Act, scene: Scene): Promise<Exchange> {
  if (scene.room.kind === 'group') throw REFUSALS.noGroup();
  const key = scene.user.plusfriendUserKey;
  const path = encodeURIComponent(key);
  switch (act.kind) {
    case 'says':
      return message(kakao, { act, scene, said: act.text }, messageBody(key, 'text', act.text));
    case 'taps': {
      const { label } = tappedAt(kakao.log, act.at, scene, kakao.rooms.of(scene)).on;
      return message(kakao, { act, scene, said: label }, messageBody(key, 'text', label));
    }
    case 'sends':
      return message(kakao, { act, scene }, messageBody(key, act.media, act.url));
    case 'enters':
      return goHome(kakao, act, scene);
    case 'adds-friend':
      return notice(kakao, { act, scene }, callOf(kakao, 'POST', '/friend', friendBody(key)));
    case 'blocks-friend':
      return notice(kakao, { act, scene }, callOf(kakao, 'DELETE', `/friend/${path}`));
    case 'leaves':
      forgetKeyboard(kakao, scene);
      return notice(kakao, { act, scene }, callOf(kakao, 'DELETE', `/chat_room/${path}`));
    default:
      throw REFUSALS.notInSmartChat(act.kind);
  }
}

/** The keyboard that a user sees: that of the last answer, or home's. */
export function keyboardOf({ rooms }: Kakao, scene: Scene): Keyboard {
  const { keyboard } = rooms.of({ ...scene, protocol: 'smart-chat' });
  return keyboard?.keyboard ?? rooms.home?.keyboard ?? { type: 'text' };
}

type Said = Pick<Sending, 'act' | 'scene' | 'said'>;

function callOf(
  { options: { target } }: Kakao,
  method: BotCall['method'],
  path: string,
  body?: object,
): BotCall {
  const { appUrl } = target;
  if (appUrl === undefined) throw REFUSALS.noAppUrl();
  return {
    method,
    // Kakao joins the two as they are: an app URL that ends in a slash gives two.
    url: `${appUrl}${path}`,
    headers: smartChatHeaders(appUrl, body !== undefined),
    ...(body && { body }),
  };
}

function message(kakao: Kakao, said: Said, body: object): Promise<Exchange> {
  return send(kakao, {
    ...said,
    call: callOf(kakao, 'POST', '/message', body),
    settle: (visit, asked, id) => {
      const judgement = judgeSmartChat(visit, asked, 'message');
      if (judgement.fate.kind === 'shown' && visit.kind === 'answered') {
        kakao.rooms.of(said.scene).shown = { exchange: id, isLate: false };
        keepKeyboard(kakao, said.scene, isObject(visit.json) ? visit.json.keyboard : undefined);
      }
      return judgement;
    },
  });
}

const notice = (kakao: Kakao, said: Said, call: BotCall): Promise<Exchange> =>
  send(kakao, { ...said, call, settle: judgeNotice });

async function goHome(kakao: Kakao, act: Act, scene: Scene): Promise<Exchange> {
  const call = callOf(kakao, 'GET', '/keyboard');
  forgetKeyboard(kakao, scene);
  const now = Date.now();
  const { home } = kakao.rooms;
  if (home && now - home.at < HOME_IS_KEPT_MS)
    return record(kakao, { act, scene, call }, { kind: 'silent', says: TAKEN.keyboardKept });
  return send(kakao, {
    act,
    scene,
    call,
    settle: (visit, asked) => {
      const judgement = judgeSmartChat(visit, asked, 'keyboard');
      if (judgement.fate.kind === 'shown' && visit.kind === 'answered')
        kakao.rooms.home = { keyboard: keyboardIn(visit.json), at: now };
      return judgement;
    },
  });
}

function keepKeyboard(kakao: Kakao, scene: Scene, answered: unknown): void {
  forgetKeyboard(kakao, scene);
  const timer = setTimeout(() => {
    // Its exchange tells what came of it.
    goHome(kakao, { kind: 'enters' }, scene).catch(() => {});
  }, KEYBOARD_LIVES_MS).unref();
  kakao.rooms.of(scene).keyboard = { keyboard: keyboardIn(answered), timer };
}

function forgetKeyboard(kakao: Kakao, scene: Scene): void {
  const kept = kakao.rooms.of(scene);
  clearTimeout(kept.keyboard?.timer);
  delete kept.keyboard;
}

/** A keyboard as it is shown; an answer without one shows the line to type in. */
function keyboardIn(answered: unknown): Keyboard {
  const { type, buttons } = isObject(answered) ? answered : {};
  if (type !== 'buttons' || !Array.isArray(buttons)) return { type: 'text' };
  return {
    type: 'buttons',
    buttons: buttons.slice(0, MAX_BUTTONS).filter(label => typeof label === 'string'),
  };
}
