import { describe, expect, test } from '@jest/globals';
import { checkSkillResponse } from '../../lambda/open-builder/check.ts';
import { explain } from '../../tools/explain/open-builder.ts';

const answer = (outputs: readonly unknown[], more?: object) => ({
  version: '2.0',
  template: { outputs, ...more },
});
const simpleText = (more: object) => answer([{ simpleText: { text: '꽃', ...more } }]);
const textCard = (more: object) => answer([{ textCard: { title: '꽃', ...more } }]);
const button = (more: object) => textCard({ buttons: [{ label: '보기', ...more }] });
const BUBBLE = { simpleText: { text: '꽃' } };
const TAP = { label: '꽃', action: 'message', messageText: '꽃' };

/** An answer of which one thing is wrong, and the sentences on it. */
const CASES: Readonly<Record<string, readonly [answer: unknown, en: string, ko: string, room?: 'group']>> = {
  'null for an answer': [
    null,
    'the answer is null, Kakao wants an object {…}: give it one, or leave it out',
    '답변: null입니다. 객체({…}) 형식으로 쓰거나 빼세요',
  ],
  'another type': [
    simpleText({ text: 3 }),
    'template.outputs[0].simpleText.text is of type number, Kakao wants a text "…": change its type',
    'template.outputs[0].simpleText.text: 형식이 number입니다. 문자열("…") 형식으로 바꾸세요',
  ],
  'null for a member': [
    textCard({ buttons: null }),
    'template.outputs[0].textCard.buttons is null, and Kakao promises nothing about null: leave the member out',
    'template.outputs[0].textCard.buttons: null입니다. 카카오 문서에 null 처리가 없으니 필드를 빼세요',
  ],
  'a misspelt name': [
    simpleText({ forwardible: true }),
    'Kakao does not know template.outputs[0].simpleText.forwardible: did you mean forwardable?',
    'template.outputs[0].simpleText.forwardible: 카카오가 모르는 필드입니다. forwardable 필드를 쓰려고 하셨나요?',
  ],
  'a made-up name': [
    simpleText({ colour: 'red' }),
    'Kakao does not know template.outputs[0].simpleText.colour: leave it out; known here: text, extra, forwardable',
    'template.outputs[0].simpleText.colour: 카카오가 모르는 필드입니다. 빼세요. 여기서 쓸 수 있는 필드: text, extra, forwardable',
  ],
  'a misspelt component': [
    answer([{ simple_text: { text: '꽃' } }]),
    'Kakao does not know template.outputs[0].simple_text: did you mean simpleText?',
    'template.outputs[0].simple_text: 카카오가 모르는 필드입니다. simpleText 필드를 쓰려고 하셨나요?',
  ],
  'nothing where something must be': [
    answer([{ simpleText: {} }]),
    'template.outputs[0].simpleText.text is missing, and Kakao needs it: add it',
    'template.outputs[0].simpleText.text: 필수 필드가 없습니다. 추가하세요',
  ],
  'a blank': [
    simpleText({ text: ' ' }),
    'template.outputs[0].simpleText.text is blank, and Kakao needs it: give it a text',
    'template.outputs[0].simpleText.text: 비어 있지만 필수입니다. 내용을 넣으세요',
  ],
  'too few items': [
    answer([{ listCard: { header: { title: '꽃' }, items: [] } }]),
    'template.outputs[0].listCard.items has 0 entries and needs at least 1: add 1, or leave out what holds the list',
    'template.outputs[0].listCard.items: 항목이 0개입니다. 최소 1개가 필요하니 1개를 더 넣거나 상위 요소를 빼세요',
  ],
  'too many items': [
    answer([BUBBLE, BUBBLE, BUBBLE, BUBBLE, BUBBLE]),
    'template.outputs has 5 entries, and Kakao takes at most 3: take 2 out, or send them with the next answer',
    'template.outputs: 항목이 5개입니다. 최대 3개이니 2개를 빼거나 다음 답변으로 나누세요',
  ],
  'items where none may be': [
    answer([BUBBLE], { quickReplies: [TAP, TAP] }),
    'template.quickReplies has 2 entries, and Kakao takes none there: leave it out',
    'template.quickReplies: 항목이 2개입니다. 여기에는 쓸 수 없으니 빼세요',
    'group',
  ],
  'too many lines': [
    answer([{ itemCard: { itemList: [{ title: '꽃', description: '1\n2\n3\n4' }] } }]),
    'template.outputs[0].itemCard.itemList[0].description has 4 lines, and at most 2 are shown: take 2 out',
    'template.outputs[0].itemCard.itemList[0].description: 4줄입니다. 최대 2줄만 보이니 2줄을 줄이세요',
  ],
  'too long a text': [
    button({ ...TAP, label: '꽃'.repeat(20) }),
    'template.outputs[0].textCard.buttons[0].label has 20 characters, and at most 14 are sure to be shown: shorten it by 6',
    'template.outputs[0].textCard.buttons[0].label: 20자입니다. 14자까지만 확실히 보이니 6자를 줄이세요',
  ],
  'a misspelt word': [
    textCard({ buttonLayout: 'Vertical' }),
    'template.outputs[0].textCard.buttonLayout is "Vertical", and Kakao knows only vertical, horizontal there: did you mean vertical?',
    'template.outputs[0].textCard.buttonLayout: "Vertical" 값은 쓸 수 없습니다. 가능한 값: vertical, horizontal. vertical 값을 쓰려고 하셨나요?',
  ],
  'a made-up word': [
    textCard({ buttonLayout: 'diagonal' }),
    'template.outputs[0].textCard.buttonLayout is "diagonal", and Kakao knows only vertical, horizontal there: use one of them',
    'template.outputs[0].textCard.buttonLayout: "diagonal" 값은 쓸 수 없습니다. 가능한 값: vertical, horizontal',
  ],
  'a word without what it needs': [
    button({ action: 'webLink' }),
    'template.outputs[0].textCard.buttons[0].action is webLink, which needs webLinkUrl beside it, and that is missing: add webLinkUrl, or choose another action',
    'template.outputs[0].textCard.buttons[0].action: webLink 동작에는 webLinkUrl 필드가 필요하지만 없습니다. webLinkUrl 필드를 넣거나 다른 동작을 쓰세요',
  ],
};

describe('each kind of limit has its own sentence, which says what to do', () => {
  test.each(Object.entries(CASES))('%s', (_, [wrong, en, ko, room]) => {
    expect(checkSkillResponse(wrong, room).map(explain)).toEqual([{ en, ko }]);
  });

  test('a text that is no URL is told by its kind', () => {
    const [violation] = checkSkillResponse(answer([{ simpleImage: { imageUrl: 'a.png', altText: '꽃' } }]));
    expect(violation && explain(violation).en).toMatch(
      /imageUrl is no http or https URL \(.*\): give a whole URL/,
    );
  });
});
