import { EFFECTS } from '../../lambda/check/components.ts';
import type { Violation } from '../../lambda/check/violation.ts';
import { CROSS_LIMITS, LIMITS } from '../../lambda/open-builder/limits.ts';
import type { Sentence } from '../language.ts';
import { explainLimit, limitsOf } from './explain.ts';

/** Every limit that an answer is checked against, by its id. */
export const SKILL_LIMITS = limitsOf(
  { shapes: LIMITS, effects: EFFECTS, source: 'FMT', closed: 'output' },
  CROSS_LIMITS,
);

/** One sentence a language that names the place and says what to do. */
export function explain(violation: Violation): Sentence {
  const { path, rule, value, source, severity } = violation;
  if (rule.endsWith('button.action') && GROUP_ACTIONS.has(String(value)))
    return {
      en: `${path} is ${value}, which only group rooms know: choose another action`,
      ko: `${path}: ${value} 동작은 그룹 채팅방에서만 쓸 수 있습니다. 다른 동작을 쓰세요`,
    };
  if (rule.startsWith('answer.version'))
    return {
      en: `version is ${value}, and without "2.0" Kakao reads the answer as the format of 2018: add "version": "2.0"`,
      ko: `version: ${value === 'missing' ? '없습니다' : `${value} 값은 쓸 수 없습니다`}. "2.0"이 아니면 카카오가 2018년 형식으로 읽으니 "version": "2.0"을 넣으세요`,
    };
  if (rule === 'basicCard.thumbnail.required')
    return {
      en: `${path} is missing, and Kakao refuses a basicCard without a picture (error 2461): add {"imageUrl": "https://..."}, or use a textCard`,
      ko: `${path}: 없습니다. 사진 없는 basicCard는 거부됩니다(오류 2461). {"imageUrl": "https://..."}를 넣거나 textCard를 쓰세요`,
    };
  if (violation.limit === 'absent' && source === 'GRP')
    return severity === 'rejected'
      ? {
          en: `${path} is not for group rooms: use simpleText, simpleImage, textCard, basicCard, listCard or itemCard instead`,
          ko: `${path}: 그룹 채팅방에서는 쓸 수 없습니다. simpleText, simpleImage, textCard, basicCard, listCard, itemCard를 쓰세요`,
        }
      : {
          en: `${path} counts in group rooms only: leave it out, or check the answer as one for a group room`,
          ko: `${path}: 그룹 채팅방에서만 쓰입니다. 빼거나 그룹 채팅방 답변으로 검사하세요`,
        };
  if (rule === 'unknown') {
    const misplaced = explainMisplaced(path);
    if (misplaced) return misplaced;
  }
  const isOwn = (id: string): id is keyof typeof CROSS_LIMITS => Object.hasOwn(CROSS_LIMITS, id);
  return isOwn(rule) ? SENTENCES[rule](violation) : explainLimit(violation);
}

/** Where a member belongs that stands at the top, or a level too high. */
function explainMisplaced(path: string): Sentence | undefined {
  const [, inTemplate, name = ''] = /^(template\.)?(\w+)$/.exec(path) ?? [];
  if (!inTemplate && name === 'contents')
    return {
      en: 'contents is of the format of 2018, and Kakao ignores it here: put its bubbles into template.outputs',
      ko: 'contents: 2018년 형식의 필드라 무시됩니다. 말풍선을 template.outputs에 넣으세요',
    };
  const isList = !inTemplate && Object.hasOwn(LIMITS.template, name);
  if (!isList && !Object.hasOwn(LIMITS.output, name)) return undefined;
  const [place, form] = isList
    ? ['template', `"template": {"${name}": [...]}`]
    : ['template.outputs', `"outputs": [{"${name}": {...}}]`];
  return {
    en: `${path} is not where Kakao looks for it: put it into ${place}, as ${form}`,
    ko: `${path}: 카카오가 찾는 자리가 아닙니다. ${place} 안에 넣으세요: ${form}`,
  };
}

const GROUP_ACTIONS = new Set(['guide', 'invite', 'inviteMember', 'mention', 'settings']);

type Explain = (violation: Violation) => Sentence;

const tooManyButtons: Explain = ({ path, value, limit }) => ({
  en: `${path} has ${value} buttons, and Kakao takes at most ${limit} in this layout: drop ${Number(value) - Number(limit)}, or put them on a second card`,
  ko: `${path}: 버튼이 ${value}개입니다. 이 배열에서는 최대 ${limit}개이니 ${Number(value) - Number(limit)}개를 빼거나 다른 카드로 나누세요`,
});
const tooLong: Explain = ({ path, value, limit }) => ({
  en: `title and description of the card at ${path || 'the card'} have ${value} characters together, and at most ${limit} are sure to be shown: shorten them by ${Number(value) - Number(limit)}`,
  ko: `${path}: 제목과 설명이 모두 ${value}자입니다. 합쳐서 ${limit}자까지만 확실히 보이니 ${Number(value) - Number(limit)}자를 줄이세요`,
});
const badRatio: Explain = ({ path, value, limit }) => ({
  en: `${path} is ${value}, and KakaoTalk shows ${limit} there: use a picture of that ratio`,
  ko: `${path}: 비율이 ${value}입니다. ${limit} 비율의 사진을 쓰세요`,
});

const SENTENCES: Readonly<Record<keyof typeof CROSS_LIMITS, Explain>> = {
  'answer.content': () => ({
    en: 'the answer has neither template nor context, data or useCallback: add "template": {"outputs": [...]}',
    ko: '답변에 template, context, data, useCallback 중 아무것도 없습니다. "template": {"outputs": [...]}을 넣으세요',
  }),
  'answer.useCallback': ({ path }) => ({
    en: `${path} stands beside useCallback: true, where only data is read: send it to the callback URL later, or leave useCallback out`,
    ko: `${path}: useCallback이 true이면 data만 읽힙니다. template은 나중에 콜백 URL로 보내거나 useCallback을 빼세요`,
  }),
  'template.outputs.min': ({ path }) => ({
    en: `${path} is empty, and only a group room may be told nothing: add at least one bubble, such as {"simpleText": {"text": "..."}}`,
    ko: `${path}: 비어 있습니다. 빈 목록은 그룹 채팅방에서만 허용되니 말풍선을 하나 이상 넣으세요. 예: {"simpleText": {"text": "..."}}`,
  }),
  'output.components': ({ path, value }) => ({
    en:
      value === 0
        ? `${path} is an empty object: put one component in, such as simpleText, or take the bubble out`
        : `${path} is one of ${value} components in one bubble, and a bubble has exactly one: put it in an output of its own, or leave it out`,
    ko:
      value === 0
        ? `${path}: 빈 객체입니다. simpleText 같은 컴포넌트를 하나 넣거나 말풍선을 빼세요`
        : `${path}: 한 말풍선에 컴포넌트가 ${value}개입니다. 말풍선 하나에는 정확히 하나만 쓸 수 있으니 다른 output으로 나누거나 빼세요`,
  }),
  'output.bytes': ({ path, value, limit }) => ({
    en: `${path} is ${value} bytes of JSON, and a bubble may have ${limit}: shorten its texts, extras and URLs, or spread it over two bubbles`,
    ko: `${path}: JSON 크기가 ${value}바이트입니다. 말풍선 하나는 ${limit}바이트까지이니 글, extra, URL을 줄이거나 말풍선을 나누세요`,
  }),
  'contextValue.lifeSpan.min': ({ path, value }) => ({
    en: `${path} is ${value}: use 0 to end the context, or the number of turns it lives`,
    ko: `${path}: ${value}입니다. 컨텍스트를 끝내려면 0, 유지하려면 유지할 턴 수를 쓰세요`,
  }),
  'contextValue.params': ({ path, value }) => ({
    en: `${path} is of type ${value}, and a context's params are texts: write it as "..."`,
    ko: `${path}: 형식이 ${value}입니다. 컨텍스트 params 값은 문자열("...")로 쓰세요`,
  }),
  'group.mentions': ({ path, value, limit }) => ({
    en: `${path} has ${value} users, and at most ${limit} can be mentioned: drop ${Number(value) - Number(limit)}`,
    ko: `${path}: ${value}명입니다. 최대 ${limit}명까지 멘션할 수 있으니 ${Number(value) - Number(limit)}명을 빼세요`,
  }),
  'simpleText.fold': ({ path, value, limit }) => ({
    en: `${path} has ${value} characters, and what follows the first ${limit} is folded behind 전체 보기: say what matters first, or use a second bubble`,
    ko: `${path}: ${value}자입니다. ${limit}자 뒤는 전체 보기 뒤에 접히니 중요한 내용을 앞에 쓰거나 말풍선을 나누세요`,
  }),
  'textCard.words': ({ path }) => ({
    en: `${path} has neither a title nor a description: give it at least one of them`,
    ko: `${path}: title과 description이 모두 없습니다. 하나 이상 넣으세요`,
  }),
  'textCard.length': tooLong,
  'commerceCard.discountRate': ({ path }) => ({
    en: `${path} is shown only beside discountedPrice: add discountedPrice, the price to pay`,
    ko: `${path}: discountedPrice가 있어야 보입니다. 할인된 가격을 discountedPrice로 넣으세요`,
  }),
  'commerceCard.toPay': ({ path, value }) => ({
    en: `${path} leaves ${value} won to pay, which is not from 0 to the price: discount is the won off the price, discountedPrice the price to pay`,
    ko: `${path}: 낼 가격이 ${value}원이 되어 0원과 price 사이가 아닙니다. discount는 price에서 빼는 금액, discountedPrice는 낼 가격입니다`,
  }),
  'commerceCard.rate': ({ path, value }) => ({
    en: `${path} says ${value}%, and price and discountedPrice another discount: compute it from them, or leave it out`,
    ko: `${path}: ${value}%인데 price와 discountedPrice로 계산한 할인과 다릅니다. 둘로 계산하거나 빼세요`,
  }),
  'itemCard.headOrProfile': ({ path }) => ({
    en: `${path} stands beside head, and an itemCard has only one of the two: leave one out`,
    ko: `${path}: head와 함께 있습니다. itemCard에는 둘 중 하나만 쓸 수 있으니 하나를 빼세요`,
  }),
  'itemCard.description': ({ path }) => ({
    en: `${path} needs a title beside it: add the title, or leave the description out`,
    ko: `${path}: title 없이 쓸 수 없습니다. title을 넣거나 description을 빼세요`,
  }),
  'itemCard.length': tooLong,
  'carousel.itemCard.length': tooLong,
  'itemCard.lines': ({ path, value, limit }) => ({
    en: `title and description of the card at ${path} have ${value} lines together, and at most ${limit} are shown: take ${Number(value) - Number(limit)} out`,
    ko: `${path}: 제목과 설명이 모두 ${value}줄입니다. 합쳐서 ${limit}줄까지 보이니 ${Number(value) - Number(limit)}줄을 줄이세요`,
  }),
  'itemCard.ratio': badRatio,
  'carousel.itemCard.ratio': badRatio,
  'itemProfile.ratio': badRatio,
  'itemListSummary.letters': ({ path }) => ({
    en: `${path} may hold only currency signs and letters, digits, commas, spaces and at most two decimals: leave everything else out`,
    ko: `${path}: 통화 기호와 문자, 숫자, 쉼표, 공백, 소수점 아래 두 자리까지만 쓸 수 있습니다. 나머지를 빼세요`,
  }),
  'carousel.listCards': ({ path, value, limit }) => ({
    en: `${path} has ${value} listCards, Kakao takes at most ${limit}: drop ${Number(value) - Number(limit)}, or send a second carousel`,
    ko: `${path}: listCard가 ${value}개입니다. 최대 ${limit}개이니 ${Number(value) - Number(limit)}개를 빼거나 케로셀을 하나 더 보내세요`,
  }),
  'carousel.header': ({ path }) => ({
    en: `${path} is not for carousels of textCards or listCards: leave it out, and say it in a simpleText before the carousel`,
    ko: `${path}: textCard와 listCard 케로셀에는 header를 쓸 수 없습니다. 빼고, 케로셀 앞의 simpleText로 알려 주세요`,
  }),
  'carousel.uniform': ({ path, value }) => ({
    en:
      value === 'missing'
        ? `${path} is missing, while most cards of the carousel have it, and either all have it or none: add it`
        : `${path} is there, while most cards of the carousel lack it, and either all have it or none: leave it out, or give it to all`,
    ko:
      value === 'missing'
        ? `${path}: 다른 카드에는 있는데 여기에는 없습니다. 케로셀의 모든 카드에 있거나 모두 없어야 하니 추가하세요`
        : `${path}: 다른 카드에는 없는데 여기에만 있습니다. 케로셀의 모든 카드에 있거나 모두 없어야 하니 빼거나 모두 넣으세요`,
  }),
  'carousel.imageRatio': ({ path, value }) => ({
    en: `${path} has a picture of ${value}, other than the first card, and all pictures of a carousel share one ratio: use the same size and fixedRatio in every card`,
    ko: `${path}: 사진 비율이 ${value}로 첫 카드와 다릅니다. 케로셀의 모든 사진은 비율이 같아야 하니 크기와 fixedRatio를 맞추세요`,
  }),
  forwardable: ({ path }) => ({
    en: `${path} does nothing in a carousel, beside buttons, or where list items can be tapped: leave it out`,
    ko: `${path}: 케로셀 안, 버튼이 있는 말풍선, 누를 수 있는 목록에서는 동작하지 않습니다. 빼세요`,
  }),
  'buttons.vertical': tooManyButtons,
  'buttons.horizontal': tooManyButtons,
  'group.buttons': tooManyButtons,
  'button.label.pair': ({ path, value, limit }) => ({
    en: `${path} has ${value} characters, and of two buttons side by side each shows ${limit}: shorten it by ${Number(value) - Number(limit)}, or set buttonLayout to vertical`,
    ko: `${path}: ${value}자입니다. 나란한 버튼은 ${limit}자까지 보이니 ${Number(value) - Number(limit)}자를 줄이거나 buttonLayout을 vertical로 하세요`,
  }),
  'button.action.osLink': ({ path }) => ({
    en: `${path} is osLink, an action of the former format that no document promises any more: use webLink`,
    ko: `${path}: osLink는 지금 문서에 없는 예전 동작입니다. webLink를 쓰세요`,
  }),
};
