// What a rule reads of what came in. The code of docs/incoming.md stands here word for word, so that it compiles;
// an unused @ts-expect-error is an error too.
import type { TurnRequest } from '../../lambda/bot/incoming.ts';
import { Bot, ignored, invalid, type Turn, valid } from '../../lambda/bot/index.ts';
import { Params } from '../../lambda/bot/params.ts';
import type { ServicesOf } from '../../lambda/gateway/services.ts';

interface State {
  phone?: string;
  booked: string[];
}

const bot = new Bot<State>({ session: () => ({ booked: [] }) });

bot.block('예약하기', ({ params }) => {
  const date = params.date('날짜')?.date ?? '오늘';
  const { amount = 1, unit = '명' } = params.number('인원') ?? {};
  return `${date}, ${amount}${unit} 예약할까요? (${params.origin('날짜')})`;
});

bot.block('사진 접수', ({ params }) => {
  const images = params.images('사진');
  if (images === undefined || !images.privacyAgreed) return '사진을 다시 보내 주세요.';
  const minutes = Math.floor(((images.expiresAt ?? Date.now()) - Date.now()) / 60_000);
  return `사진 ${images.urls.length}장을 받았어요. ${minutes}분 안에 확인할게요.`;
});

bot.hears('쿠폰', ({ trigger, channel, tester }) => {
  if (channel === 'dev' || tester) return '시험 중이에요.';
  return trigger.on === 'quick-reply' ? '버튼을 눌러 주셨네요!' : '쿠폰을 찾으셨군요.';
});

bot.block('배송 알림', ({ eventParams, contexts }) => {
  const address = contexts.delivery?.params.address ?? '등록하신 주소';
  return `주문 ${String(eventParams.orderId)}이 ${address}로 출발했어요.`;
});

bot.block('지식 답변', ({ knowledge: [best] }) => best?.answer ?? '아직 배우지 못했어요.');

bot.block('회원 인증', async turn => {
  const asked = await turn.askProfile('프로필');
  if (asked.ok) return `${asked.profile.nickname ?? '손님'}님, 반가워요.`;
  return asked.reason === 'slow' ? '카카오가 바쁘네요. 다시 눌러 주세요.' : '인증을 다시 해 주세요.';
});

bot.block('가까운 매장', async turn => {
  const asked = await turn.askLocation('위치');
  return asked.ok ? `${asked.location.address ?? '계신 곳'} 근처를 찾아볼게요.` : '위치를 다시 보내 주세요.';
});

bot.validates('전화번호', phone => {
  const [, start, middle, end] = /^(01\d)(\d{3,4})(\d{4})$/.exec(phone.replace(/[\s-]/g, '')) ?? [];
  return start ? valid(`${start}-${middle}-${end}`) : invalid('전화번호를 010-0000-0000처럼 알려 주세요.');
});

bot.validates('예약일', async (day, validation) => {
  if (validation.tester) return ignored;
  const { booked } = await validation.session();
  return booked.includes(day) ? invalid('그날은 이미 예약하셨어요.') : valid();
});

// A plugin's answer is read only where there is one.
bot.fallback(async turn => {
  const asked = await turn.askProfile('프로필');
  // @ts-expect-error it may have failed
  return asked.profile.nickname;
});
bot.fallback(async turn => {
  const asked = await turn.askLocation('위치');
  // @ts-expect-error no such reason
  return !asked.ok && asked.reason === 'too-late' ? '늦음' : '말';
});

// What may be missing says so.
export const unit = (turn: Turn<State>): string =>
  // @ts-expect-error there may be no number
  turn.params.number('인원').unit;
export const price = (turn: Turn<State>): string =>
  // @ts-expect-error the context may not be active
  turn.contexts.product.params.price;
export const room = (turn: Turn<State>): string =>
  // @ts-expect-error a room of two has no key
  turn.group.key;
// @ts-expect-error an open set of Kakao's words, a closed one of ours
export const how = (turn: Turn<State>): boolean => turn.trigger.how === 'QUICKREPLY_BUTTON_MESSAGE';

// What came in is not the rule's to change.
bot.fallback(turn => {
  // @ts-expect-error read only
  turn.params = new Params({});
  // @ts-expect-error read only
  turn.trigger.how = 'tapped';
  return '말';
});

// A validation answers a verdict, and nothing that could be taken for one.
// @ts-expect-error true of what?
bot.validates('이름', () => true);
// @ts-expect-error a text to show, or the value to keep?
bot.validates('이름', () => '홍길동');
// @ts-expect-error a rule that forgets to return
bot.validates('이름', () => {});
// @ts-expect-error a refusal without a word
bot.validates('이름', () => invalid());

// A turn travels as plain JSON: no reader, no class.
// @ts-expect-error the readers are made of it, where a rule looks
export const params: TurnRequest['params'] = new Params({});

// The validation function serves its three routes.
const service = { secret: 'path', serve: () => ({}) } as const;
// @ts-expect-error two routes are missing
export const fewer: ServicesOf<'validation'> = { 'POST /open-builder/validation': service };
