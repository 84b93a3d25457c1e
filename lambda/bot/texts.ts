import { isBlank } from '../blank.ts';
import { ConfigurationError } from '../errors.ts';
import { foldText } from './text-matcher.ts';

/** The gateway's own words to the user, in Korean; each may be replaced by {@link BotOptions.texts}. */
export interface Texts {
  /** The answer when a rule failed or the cloud did. */
  readonly apology: string;
  /** The answer when no rule matched and the bot has no fallback. */
  readonly notUnderstood: string;
  /** The label of the button that brings what did not fit; KakaoTalk shows 14 characters. */
  readonly more: string;
  /** The answer to that button when nothing follows any more. */
  readonly nothingMore: string;
  /** The text beside that button in a group room, which has no quick replies. */
  readonly moreFollows: string;
  /** The text above the buttons that stand for quick replies in a group room. */
  readonly choose: string;
  /** smart-chat's button that brings the input line back, which buttons replace; empty for no such button. */
  readonly type: string;
  /** The answer to that button. */
  readonly typeNow: string;
  /** The answer to a turn that is delivered again when its reply is forgotten. */
  readonly answeredBefore: string;
  /** The answer when a rule that did not say it is slow takes longer than Kakao waits. */
  readonly waiting: string;
  /** The label of the button that brings a late reply, where no callback does; KakaoTalk shows 14 characters. */
  readonly collect: string;
  /** The label of the button that brings the rest of an answer that grows; KakaoTalk shows 14 characters. */
  readonly goOn: string;
  /** The end of an answer that grew, where the user has seen all of it before it came to that. */
  readonly thatIsAll: string;
  /** The answer to those buttons while the reply is worked on, and nothing of it is new. */
  readonly notYet: string;
  /** The answer to those buttons when nothing is worked on, or its reply is worth nothing any more. */
  readonly nothingWaiting: string;
  /** The text that tells of a turn that was deferred and lost; it comes before the answer to whatever the user says next. */
  readonly lost: string;
  /** The text after what there is of an answer whose rest was lost. */
  readonly lostRest: string;
  /** The last words of an answer that waited for its user, and of which no more could be kept. */
  readonly keptToHere: string;
  /** The answer to a slow turn when as many as wait at most are waiting. */
  readonly busy: string;
  /** The late answer of a turn in whose place another one came. */
  readonly replaced: string;
  /** The text in place of an answer with nothing to show in it. */
  readonly nothingToShow: string;
  /** The text where a card offers a person but the protocol has no button for it. */
  readonly operator: string;
  /** The message for a parameter's value that a validation refuses without a word. */
  readonly invalid: string;
}

const DEFAULT_TEXTS: Texts = {
  apology: '죄송해요, 지금은 답을 드리지 못했어요. 잠시 뒤에 다시 말씀해 주세요.',
  notUnderstood: '죄송해요, 잘 이해하지 못했어요. 다른 말로 다시 말씀해 주세요.',
  more: '더보기',
  nothingMore: '더 보여 드릴 내용이 없어요. 다시 말씀해 주세요.',
  moreFollows: '이어지는 내용이 있어요.',
  choose: '골라 주세요.',
  type: '직접 입력',
  typeNow: '네, 말씀해 주세요.',
  answeredBefore: '방금 하신 말씀은 이미 들었어요.',
  waiting: '조금 오래 걸리고 있어요. 잠시 뒤에 결과를 확인해 주세요.',
  collect: '결과 확인',
  goOn: '이어서',
  thatIsAll: '답은 여기까지예요.',
  notYet: '아직 준비하고 있어요. 조금만 더 기다려 주세요.',
  nothingWaiting: '기다리시는 결과가 없어요. 다시 말씀해 주세요.',
  lost: '앞서 부탁하신 답을 드리지 못했어요. 다시 말씀해 주세요.',
  lostRest: '이어지는 답은 드리지 못했어요. 더 필요하시면 다시 말씀해 주세요.',
  keptToHere: '답이 길어서 여기까지만 보관했어요. 더 필요하시면 다시 말씀해 주세요.',
  busy: '앞서 하신 말씀에 답하고 있어요. 잠시만 기다려 주세요.',
  replaced: '새로 하신 말씀에 답하고 있어요.',
  nothingToShow: '보여 드릴 내용이 없어요.',
  operator: "상담원과 이야기하시려면 채팅방의 '상담원으로 전환하기'를 눌러 주세요.",
  invalid: '말씀하신 내용을 확인하고 다시 알려 주세요.',
};

/**
 * All the words, the author's in place of the defaults.
 * @throws ConfigurationError when one of the author's shows nothing: Kakao would drop the answer that it stands in;
 * or when two of the words that users tap are the same
 */
export function textsOf(own: Partial<Texts>): Texts {
  for (const [name, words] of Object.entries(own)) {
    const isNoButton = name === 'type' && words === '';
    if (!isNoButton && isBlank(words))
      throw new ConfigurationError(`texts.${name} is blank: give it words, or leave it out for ours`);
  }
  const texts = { ...DEFAULT_TEXTS, ...own };
  const tapped = new Map<string, string>();
  for (const name of TAPPED) {
    const word = foldText(texts[name]);
    const other = word === '' ? undefined : tapped.get(word);
    if (other !== undefined)
      throw new ConfigurationError(
        `texts.${other} and texts.${name} are the same word, "${texts[name]}": give one of them another`,
      );
    tapped.set(word, name);
  }
  return texts;
}

/** The words by which users ask the gateway itself. */
const TAPPED = ['more', 'collect', 'type'] as const;
