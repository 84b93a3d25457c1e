import type { ChatMessage } from '../llm/index.ts';

// A model that is none: it says what stands here, at the pace of one. Your own is a client's call in its place.

/** The parts that the model streams, in the form of the AI SDK's `fullStream`. */
export type ModelPart =
  | { readonly type: 'text-delta'; readonly text: string }
  | {
      readonly type: 'tool-call';
      readonly toolCallId: string;
      readonly toolName: string;
      readonly input: unknown;
    }
  | {
      readonly type: 'finish';
      readonly finishReason: 'stop' | 'tool-calls';
      readonly totalUsage: { readonly inputTokens: number; readonly outputTokens: number };
    };

const MENU = `오늘의 메뉴예요.

| 음료 | 톨 |
| --- | --- |
| 아메리카노 | 4,000원 |
| 라떼 | 4,500원 |
| 유자차 | 5,000원 |
| 딸기 스무디 | 5,500원 |

"라떼 두 잔 주문할게"처럼 말씀하시면 주문을 받아 드려요.`;

const BRANCHES = `## 가까운 지점

- [달빛카페 서촌점](https://map.kakao.com/?q=달빛카페+서촌)
- [달빛카페 연남점](https://map.kakao.com/?q=달빛카페+연남)
- [달빛카페 성수점](https://map.kakao.com/?q=달빛카페+성수)

세 곳 모두 **밤 9시**까지 열어요.`;

const PICTURE = `오늘 내린 아메리카노예요.

![갓 내린 아메리카노](https://t1.kakaocdn.net/openbuilder/docs_image/02_img_01.jpg)

사진보다 향이 더 좋아요.`;

const STORY = `# 달빛카페 이야기

달빛카페는 2014년 가을, 서촌의 오래된 한옥에서 문을 열었어요. 처음에는 자리가 여섯 개뿐이었고, 메뉴도 아메리카노와 라떼 두 가지뿐이었지요. 골목이 좁아서 손님들은 카페를 찾다가 길을 잃곤 했는데, 그래서 저희는 밤마다 처마 밑에 둥근 등을 하나 걸어 두었어요. 멀리서 보면 달이 낮게 뜬 것 같다고 해서, 사람들은 이곳을 달빛카페라고 불렀어요.

## 원두를 고르는 법

저희는 해마다 봄이 오면 새 원두를 고릅니다. 열두 곳의 농장에서 온 원두를 같은 온도로 볶고, 이름을 가린 채 일주일 동안 마셔 봐요. 고르는 기준은 세 가지예요.

1. 식은 뒤에도 맛이 남아 있을 것
2. 우유와 만나도 향이 지지 않을 것
3. 농장이 내년에도 같은 사람들과 일할 것

마지막 기준은 맛과 상관없어 보이지만, 오래 두고 보면 가장 중요한 기준이었어요. 사람이 바뀌지 않는 농장의 원두는 맛도 쉽게 바뀌지 않았거든요.

## 유자차가 메뉴에 오른 날

2016년 겨울에는 눈이 많이 왔어요. 배달 트럭이 골목으로 들어오지 못해서 원두가 사흘 동안 오지 않았지요. 그때 고흥에 사시는 단골손님의 어머님이 유자청 스무 병을 보내 주셨어요. 저희는 커피 대신 유자차를 내렸고, 손님들은 눈이 그친 뒤에도 유자차를 찾으셨어요. 지금도 유자청은 그 댁에서 옵니다.

## 가게가 늘어난 뒤

2019년에는 연남동에, 2022년에는 성수동에 두 번째와 세 번째 가게를 열었어요. 가게가 늘어도 지키기로 한 약속이 있어요. 원두는 하루에 볶은 만큼만 팔고, 남은 것은 다음 날 콜드브루로 내려 동네 도서관에 보내요. 그리고 어느 가게에서든 창가 자리 하나는 혼자 오신 분을 위해 비워 둡니다.

## 단골손님의 노트

서촌점 카운터 옆에는 두꺼운 노트가 한 권 놓여 있어요. 벌써 열네 번째 노트예요. 손님들은 그날의 기분이나 작은 그림, 잃어버린 우산을 찾는 글을 남기세요. 시험에 붙었다는 글 아래에는 모르는 사람들의 축하가 줄줄이 달려 있고, 이사를 간다는 글 아래에는 새 동네의 좋은 빵집을 알려 주는 글이 있어요. 저희는 그 노트를 한 권도 버리지 않았어요.

## 그리고 오늘

오늘도 저희는 아침 일곱 시에 불을 켜고, 첫 잔은 늘 창가에 앉으시는 할아버님께 드려요. 십 년이 넘는 동안 할아버님의 주문은 한 번도 바뀌지 않았어요. 아메리카노 톨, 설탕 한 숟가락. 언젠가 왜 이곳에 오시는지 여쭈었더니 이렇게 말씀하셨어요. "여기 앉으면 하루가 천천히 시작되거든." 저희가 하고 싶은 일도 바로 그것이에요. 들러 주시면 달빛카페의 하루를 한 잔 나눠 드릴게요.`;

const HELLO = `안녕하세요, 달빛카페예요. 저는 **연습용 모델**이라 아는 것이 많지 않아요. 이렇게 물어봐 주세요.

- "메뉴 알려줘"
- "가까운 지점 어디야?"
- "커피 사진 보여줘"
- "라떼 두 잔 주문할게"
- "달빛카페 이야기 들려줘" (길어요. 다 쓰는 데 1분쯤 걸려요)`;

const ANSWERS: readonly (readonly [asked: RegExp, answer: string])[] = [
  // What a conversation tells the model of a tool that asked first.
  [/The user agreed to order/, '주문했어요. 준비되는 대로 불러 드릴게요. 고맙습니다!'],
  [/The user did not agree/, '네, 주문하지 않을게요. 다른 것을 도와드릴까요?'],
  [/이야기|소개|역사/, STORY],
  [/메뉴|얼마|가격|값/, MENU],
  [/지점|어디|위치|매장/, BRANCHES],
  [/사진|보여/, PICTURE],
];

const DRINKS = ['아메리카노', '라떼', '유자차', '딸기 스무디'];
const COUNTS = ['한', '두', '세', '네', '다섯', '여섯', '일곱', '여덟', '아홉', '열'];

/** The order that these words are; undefined where they are none. */
function orderIn(words: string): { readonly drink: string; readonly cups: number } | undefined {
  const drink = DRINKS.find(name => words.includes(name));
  if (drink === undefined || !/주문|주세요|할게|부탁/.test(words)) return undefined;
  const [, count = '한'] =
    /((?<!\d)[1-9]\d{0,2}|[한두세네열]|다섯|여섯|일곱|여덟|아홉) ?잔/.exec(words) ?? [];
  return { drink, cups: COUNTS.indexOf(count) + 1 || Number(count) };
}

const TOKEN_LETTERS = 4;

/** Streams the answer to a talk, `MODEL_CHARACTERS_A_SECOND` of it each second (20 unless set). */
export async function* cafeModel(
  messages: readonly ChatMessage[],
  signal: AbortSignal,
): AsyncGenerator<ModelPart, void, undefined> {
  const asked = wordsOf(messages.at(-1));
  const order = asked.includes('The user agreed') ? undefined : orderIn(asked);
  const answer = order ? '' : (ANSWERS.find(([pattern]) => pattern.test(asked))?.[1] ?? HELLO);
  // As a model reads before it speaks.
  await pauseFor(12, signal);
  const letters = [...answer];
  for (let at = 0; at < letters.length; at += TOKEN_LETTERS) {
    const token = letters.slice(at, at + TOKEN_LETTERS).join('');
    await pauseFor(token.length, signal);
    yield { type: 'text-delta', text: token };
  }
  if (order) yield { type: 'tool-call', toolCallId: 'order-1', toolName: 'order', input: order };
  const inputTokens = Math.ceil(messages.map(wordsOf).join('').length / 2) + 50;
  const outputTokens = Math.ceil(answer.length / 2) + 10;
  yield {
    type: 'finish',
    finishReason: order ? 'tool-calls' : 'stop',
    totalUsage: { inputTokens, outputTokens },
  };
}

function wordsOf(message: ChatMessage | undefined): string {
  if (message === undefined) return '';
  if (typeof message.content === 'string') return message.content;
  return message.content.map(part => (part.type === 'text' ? part.text : '')).join(' ');
}

/** Waits as long as so many characters take. */
async function pauseFor(characters: number, signal: AbortSignal): Promise<void> {
  const aSecond = Number(process.env.MODEL_CHARACTERS_A_SECOND ?? 20);
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(
      () => {
        signal.removeEventListener('abort', stop);
        resolve();
      },
      (characters * 1_000) / aSecond,
    );
    signal.addEventListener('abort', stop);
  });
}
