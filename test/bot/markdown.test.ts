import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { plain } from '../../lambda/bot/markdown.ts';
import { anyCharacter } from '../kit/any-character.ts';
import { cpuMs } from '../kit/cpu.ts';
import { runs } from '../kit/property.ts';

/** A quadratic pattern takes seconds over as many. */
const MANY = process.env.EVERY_RUN ? 100_000 : 10_000;

const lines = (...all: string[]): string => all.join('\n');

describe('plain text of Markdown', () => {
  test.each([
    ['bold', '**서울** 그리고 __부산__', '서울 그리고 부산'],
    ['bold with a particle', '**서울**은 __부산__과 *대구*를 _광주_와', '서울은 부산과 대구를 광주와'],
    ['bold in quotes or brackets with a particle', '**"경복궁"**은 **(꼭)**요', '"경복궁"은 (꼭)요'],
    ['bold inside a word', '총**3개**의', '총3개의'],
    ['bold and italic', '***서울*** **서울 *시*** *서울 **시***', '서울 서울 시 서울 시'],
    ['bold over two lines', '**서울\n부산**', '서울\n부산'],
    ['bold around what only looks like markup', '**__init__.py** **D:\\*.txt**와', '__init__.py D:\\*.txt와'],
    ['italic before an emoticon, or beside another', '*서울* *^^* *하나*,*둘*', '서울 *^^* 하나,둘'],
    ['struck out', '~~5,000원~~ 4,500원 ~~5천~~4천', '5,000원 4,500원 5천4천'],
    ['code', '`a*b*c` `` a`b `` ` &lt; `', 'a*b*c a`b &lt;'],
    ['an escape', '\\*별\\* 1\\. \\# \\_ \\\\ \\a', '*별* 1. # _ \\ \\a'],
    [
      'an entity, once',
      '&lt;b&gt; &amp;lt; &quot;&#39;&nbsp;&apos; &copy; AT&T',
      "<b> &lt; \"' ' &copy; AT&T",
    ],
    ['tags', '첫<br>둘<br/>셋 <b>굵</b> <span class="a">글</span>', '첫\n둘\n셋 굵 글'],
    ['tags of lists', '<ul><li>하나</li><li>둘</li></ul>끝', '• 하나\n• 둘\n\n끝'],
    ['a hard line end', '하나  \n둘\\\n셋', '하나\n둘\n셋'],
  ])('loses the marks: %s', (_, markdown, words) => {
    expect(plain(markdown)).toBe(words);
  });

  test.each([
    '2*3*4 = 24',
    '2 * 3 * 4',
    '2**10 = 1024, 3**2 = 9',
    '값*수량*세율',
    '(a+b)*(c+d)*(e+f)',
    'f(x)*g(y)*h(z)',
    'snake_case_name file__name _private',
    '5,000~6,000원, 1~2일',
    '안녕하세요~~ 반가워요~~',
    '네~~~',
    '홍*동 010-****-5678',
    '이름*, 주소*는 필수',
    '^_^ 하하 ^_^ >_< T_T',
    '>_< 하하',
    '*^^*',
    '반가워요*^^* 또 봐요 *^^*',
    '(*^_^*) *^o^* *^ㅡ^* *>_<* *-_-*',
    '\\(^^)/ \\(*^▽^*)/ ¯\\_(ツ)_/¯',
    '__init__.py, src/__main__.py',
    '__init__은 생성자, __init__(self)',
    'C:\\Users\\kim\\*.txt',
    'C:\\my_dir\\__init__.py, D:\\*.*',
    'a < b && c > d, x<y',
    '<이름>을 적어 주세요',
    '#해시태그 #카페',
    '|x| + |y|',
    '[공지] 내일 쉽니다 [1]',
    '[공지]: 내일 쉽니다',
    '별점 ★★★★★ (5.0)',
    '3. 14. 금요일',
    '-5도, +3점',
    'https://a.kr/_a_/b_c*d~e?x=1&y=2',
    '$5 and $10, US$5',
    '$a_1 * b_2 * c$와 \\(x_1 + *y*\\)와 \\[ \\frac{a}{b} \\]와 $$a_1*b*$$',
    '**굵게 쓰다가',
    '`코드를 쓰다가',
    '[링크를](https://a.kr/b',
    '![그림을](https://',
    '~~지우다가',
    '끝 **',
  ])('leaves as it is: %s', text => {
    expect(plain(text)).toBe(text);
  });

  test.each([
    ['a link', '[메뉴](https://a.kr/m)를', '메뉴 (https://a.kr/m)를'],
    [
      'a bold link',
      '**[메뉴](https://a.kr)** [**메뉴**](https://a.kr)',
      '메뉴 (https://a.kr) 메뉴 (https://a.kr)',
    ],
    ['a link that is its text', '[https://a.kr](https://a.kr)', 'https://a.kr'],
    ['a number or an address', '[02-123](tel:02-123) [a@b.kr](mailto:a@b.kr)', '02-123 a@b.kr'],
    ['a link with a title', '[메뉴](https://a.kr "오늘")', '메뉴 (https://a.kr)'],
    ['a link with brackets in it', '[메뉴 [1]](https://a.kr/a_(b))', '메뉴 [1] (https://a.kr/a_(b))'],
    ['a link without words, or without a target', '[](https://a.kr) [메뉴]()', 'https://a.kr 메뉴'],
    ['escapes and entities in a link', '[메](https://a.kr/a\\_b?x&amp;y)', '메 (https://a.kr/a_b?x&y)'],
    ['an image', '![라떼](https://a.kr/l.png) ![](https://a.kr)', '라떼 (https://a.kr/l.png) https://a.kr'],
    [
      'an address in other words',
      '[메일](mailto:a@b.kr?subject=x) [전화](tel:02-1)로',
      '메일 (a@b.kr) 전화 (02-1)로',
    ],
    [
      'images without words beside words',
      '![](u1)[![뱃지](u2)](u3) 뱃지![](u1)**굵게** ![](u1)![](u2) (![](u1))',
      'u1 뱃지 (u2) (u3) 뱃지 u1 굵게 u1 u2 (u1)',
    ],
    [
      'a URL in brackets before a particle',
      '<https://a.kr>은 [](https://a.kr)은',
      'https://a.kr 은 https://a.kr 은',
    ],
    ['nothing, without words and target', '글[]()글', '글글'],
    ['an image in a link', '[![라떼](https://i.kr)](https://a.kr)', '라떼 (https://i.kr) (https://a.kr)'],
    ['an autolink', '<https://a.kr/a_b_c> <a@b.kr>', 'https://a.kr/a_b_c a@b.kr'],
    ['a bold URL', '**https://a.kr/a_b** _https://a.kr_', 'https://a.kr/a_b https://a.kr'],
    [
      'links by reference',
      '[메뉴][m] [m] [M][] [x][y]\n\n[m]: <https://a.kr> "제목"',
      '메뉴 (https://a.kr) m (https://a.kr) M (https://a.kr) [x][y]',
    ],
  ])('tells where it leads: %s', (_, markdown, words) => {
    expect(plain(markdown)).toBe(words);
  });

  test.each([
    ['headings', '# 하나\n## 둘 ##\n###### *셋*\n####\n#', '하나\n둘\n셋'],
    ['underlined headings', '하나\n====\n둘\n---\n셋', '하나\n둘\n셋'],
    ['rules', '하나\n\n---\n\n둘\n***\n셋\n\n* * *', '하나\n\n둘\n\n셋'],
    ['nested bullets', '- 하나\n  * **둘**\n    + 셋\n\t- 넷', '• 하나\n  • 둘\n    • 셋\n  • 넷'],
    ['numbers', '1. 하나\n2. **둘**\n   - 셋\n10) 넷', '1. 하나\n2. 둘\n   • 셋\n10) 넷'],
    ['tasks', '- [ ] 하나\n- [x] 둘\n  - [X] 셋\n1. [ ] 넷', '☐ 하나\n☑ 둘\n  ☑ 셋\n1. ☐ 넷'],
    ['an item of paragraphs', '1. 하나\n\n    **둘**\n\n2. 셋', '1. 하나\n\n    둘\n\n2. 셋'],
    ['marks do not pair across items', '- **하나\n- 둘**', '• **하나\n• 둘**'],
    ['quotes', '> **하나**\n> - 둘\n>\n>> 셋', '하나\n• 둘\n\n셋'],
    ['blank lines', '\n\n하나\n\n\n\n둘\n \n\n셋\n\n', '하나\n\n둘\n\n셋'],
    ['line ends of any system', '**하나**\r\n둘\r셋', '하나\n둘\n셋'],
  ])('keeps the form: %s', (_, markdown, words) => {
    expect(plain(markdown)).toBe(words);
  });

  test.each([
    [
      'fenced',
      '예:\n```python\n# **x**\n\n\n  a_b = "[t](u)"\n```\n**끝**',
      '예:\n# **x**\n\n\n  a_b = "[t](u)"\n끝',
    ],
    ['fenced by tildes', '~~~\n```\n**x**\n```\n~~~\n끝', '```\n**x**\n```\n끝'],
    ['fenced and cut off', '```js\nconst a = `**b**`;', 'const a = `**b**`;'],
    ['fenced in an item', '1. ```js\n   **x**\n   ```\n2. 끝', '1.\n   **x**\n2. 끝'],
    ['fenced in a quote', '> ```\n> **x**\n끝 **y**', '**x**\n끝 y'],
    ['words where a language is named', '```다음과 같이\nx\n```', '다음과 같이\nx'],
    ['indented', '예:\n\n    **x**\n    - y\n\n끝', '예:\n\n    **x**\n    - y\n\n끝'],
    [
      'a formula on lines of its own',
      '$$\n- a_1*b*\n$$\n\\[\n+ c\n\\]\n**끝**',
      '$$\n- a_1*b*\n$$\n\\[\n+ c\n\\]\n끝',
    ],
  ])('leaves code as it is: %s', (_, markdown, words) => {
    expect(plain(markdown)).toBe(words);
  });

  test.each([
    [
      'with a header',
      lines('| 메뉴 | **가격** |', '|:---|---:|', '| 라떼 | 4,500원 |', '| 모카<br>차 | |', '', '끝'),
      lines('메뉴: 라떼 · 가격: 4,500원', '메뉴: 모카 차 · 가격: -', '', '끝'),
    ],
    ['without pipes around', '메뉴 | 가격\n--- | ---\n라떼 | 4,500원', '메뉴: 라떼 · 가격: 4,500원'],
    ['that compares', '| | 라떼 | 모카 |\n|-|-|-|\n| 가격 | 4천 | 5천 |', '가격 · 라떼: 4천 · 모카: 5천'],
    ['without a header', '| | |\n|-|-|\n| 라떼 | 4천 |\n| 모카 | 5천 |', '라떼 | 4천\n모카 | 5천'],
    ['without a delimiter', '| 라떼 | 4천 |\n| 모카 | 5천 |', '라떼 | 4천\n모카 | 5천'],
    ['cut off after its header', '| 메뉴 | 가격 |\n|---|--', '메뉴 | 가격'],
    ['cut off in a row', '| 메뉴 | 가격 |\n|---|---|\n| 라', '메뉴: 라 · 가격: -'],
    ['with a pipe in a cell', '| 식 | 값 |\n|-|-|\n| a \\| b | `x\\|y` |', '식: a | b · 값: x|y'],
    ['with more cells than names', '| 메뉴 |\n|-|\n| 라떼 | 4천 |', '메뉴: 라떼 · 4천'],
  ])('reads a table a line a row: %s', (_, markdown, words) => {
    expect(plain(markdown)).toBe(words);
  });

  test('reads as an answer of a language model should', () => {
    const markdown = lines(
      '# ☕ 카페 추천',
      '',
      '안녕하세요! **성수동**에서 갈 만한 곳을 정리했어요.',
      '',
      '## 1. **온도** 커피',
      '- **위치**: 성수이로 7길 (*성수역 3번 출구*)',
      '- **가격**: ~~6,000원~~ 5,000~5,500원',
      '    - 텀블러는 `500원` 할인',
      '- [지도 보기](https://map.example/p/1_2_3)',
      '',
      '---',
      '',
      '### 비교',
      '',
      '| 메뉴 | 가격 | 비고 |',
      '|------|-----:|------|',
      '| **라떼** | 5,500원 | 우유 *변경* 가능 |',
      '| 콜드브루 | 5,000원 | |',
      '',
      '> **참고**: 주말은 붐벼요.',
      '',
      '```bash',
      'curl -X POST https://api.example/v1/order_items',
      '```',
      '',
      '1. 앱을 켜고',
      '2. **“주문하기”**를 눌러 주세요.',
      '',
      '그리고 **꼭 드셔 보실',
    );
    expect(plain(markdown)).toBe(
      lines(
        '☕ 카페 추천',
        '',
        '안녕하세요! 성수동에서 갈 만한 곳을 정리했어요.',
        '',
        '1. 온도 커피',
        '• 위치: 성수이로 7길 (성수역 3번 출구)',
        '• 가격: 6,000원 5,000~5,500원',
        '    • 텀블러는 500원 할인',
        '• 지도 보기 (https://map.example/p/1_2_3)',
        '',
        '비교',
        '',
        '메뉴: 라떼 · 가격: 5,500원 · 비고: 우유 변경 가능',
        '메뉴: 콜드브루 · 가격: 5,000원 · 비고: -',
        '',
        '참고: 주말은 붐벼요.',
        '',
        'curl -X POST https://api.example/v1/order_items',
        '',
        '1. 앱을 켜고',
        '2. “주문하기”를 눌러 주세요.',
        '',
        '그리고 **꼭 드셔 보실',
      ),
    );
  });

  test('changes nothing in a text without marks but white space at its end', () => {
    const unit = fc.constantFrom(...'abzXYZ0189 가나힣ㄱ각é中  ');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 80 }), text => {
        expect(plain(text)).toBe(text.trimEnd());
      }),
      runs(100),
    );
  });

  const word = fc.string({ unit: fc.constantFrom(...'abc019가나다라'), minLength: 1, maxLength: 5 });
  const marked = word.chain(w =>
    fc.constantFrom(
      ...[
        w,
        `**${w}**`,
        `*${w}*`,
        `***${w}***`,
        `__${w}__`,
        `_${w}_`,
        `~~${w}~~`,
        `\`${w}\``,
        `[${w}]()`,
      ].map(markdown => ({ markdown, words: w })),
    ),
  );
  const sentence = fc.array(marked, { minLength: 1, maxLength: 6 }).map(parts => ({
    markdown: parts.map(({ markdown }) => markdown).join(' '),
    words: parts.map(({ words }) => words).join(' '),
  }));
  const block = fc.record({
    mark: fc.constantFrom('', '# ', '### ', '- ', '  - ', '- [x] ', '> ', '> - ', '\n'),
    sentence,
  });

  test('loses every mark and no word of well-formed Markdown', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 8 }), blocks => {
        const shown = plain(blocks.map(({ mark, sentence }) => mark + sentence.markdown).join('\n'));
        expect(shown.replace(/[•☑\s]+/g, ' ').trim()).toBe(
          blocks.map(({ sentence }) => sentence.words).join(' '),
        );
      }),
      runs(1_000),
    );
  });

  test('loses no word of any soup of marks', () => {
    const soup = fc.array(
      fc.oneof(
        { weight: 2, arbitrary: fc.constantFrom(...'가나다라마바사아자차') },
        fc.constantFrom(...'*_~`[]()!<>|#-=+.:&$\\/ \n\n\t1'),
        fc.constantFrom('**', '```', '~~~', '    ', '\n\n', '\n- ', '\n> ', '|-|', '](', '$$', '\\(', '\\['),
      ),
      { maxLength: 60 },
    );
    const count = (text: string) => {
      const counts: Record<string, number> = {};
      for (const letter of text.match(/[가-힣]/g) ?? []) counts[letter] = (counts[letter] ?? 0) + 1;
      return counts;
    };
    fc.assert(
      fc.property(soup, parts => {
        const shown = count(plain(parts.join('')));
        for (const [letter, times] of Object.entries(count(parts.join('')))) {
          expect(shown[letter] ?? 0).toBeGreaterThanOrEqual(times);
        }
      }),
      runs(5_000),
    );
  });

  test('takes any text, with every kind of line break, and shows all of it that is no mark', () => {
    const anything = fc.array(
      fc.oneof(
        fc.string({ unit: anyCharacter, maxLength: 20 }),
        fc.constantFrom('\r\n', '\r', ' \r\n\r\n', '\t'),
      ),
      { maxLength: 12 },
    );
    const bare = (text: string) => text.replace(/\s/g, '');
    fc.assert(
      fc.property(anything, parts => {
        const text = parts.join('');
        const shown = plain(text);
        expect(shown).not.toContain('\r');
        expect(shown).toBe(shown.trimEnd());
        const unmarked = text.replace(/[!-/:-@[-`{-~•]/g, '');
        expect(bare(plain(unmarked))).toBe(bare(unmarked));
      }),
      runs(1_000),
    );
  });

  test.each(
    ['*', '_', '~', '`', '[', ']', '<', '>', '|', '#', '-', '\\', '$', '&', ' ', '\n'].concat(
      [
        '](',
        '[](',
        '![',
        '[a](',
        '[a](b "',
        '[[a](u)',
        '**a ',
        '**a* ',
        'a**',
        '`` ` ',
        '<a ',
        '<a b=',
        '\\(',
        'C:\\a',
        'C:\\*.',
        '*^',
        '*^^*',
        '\\(^',
        '__a_',
        '__a__b',
        '[](u)',
      ],
      ['\\[a\n', '|-\n', '|\n', '| a |\n', '    a\n', '```\n', '\n- [ ] a', '[a]: https://a\n', 'https://_'],
    ),
  )(`takes linear time over ${MANY} of %j`, mark => {
    const msFor = (times: number): number => {
      const many = mark.repeat(times);
      const started = cpuMs();
      plain(many);
      plain(`[a]: https://a.kr\n\n[a](${many}가`);
      plain(`| a | b |\n|-|-|\n${many}`);
      return cpuMs() - started;
    };
    // Eight times as much would take 64 times as long where each looks at each, every time. One time may
    // also hold the whole process's collecting of garbage, which is not of the parser's making.
    const isLinear = () => msFor(MANY) < Math.max(250, 24 * msFor(MANY / 8));
    expect(isLinear() || isLinear() || isLinear()).toBe(true);
  });
});
