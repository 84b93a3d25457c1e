import { isBlank } from '../blank.ts';
import { ConfigurationError } from '../errors.ts';

/** A conversation's own words to the user, in Korean; each may be replaced by `texts` of `conversation()`. */
export interface ConversationTexts {
  /** The words while the model is asked, where the answer has no `slow` of its own. */
  readonly slow: string;
  /** The answer to what is said while another question is answered. */
  readonly busy: string;
  /** The answer when the user has taken all turns or tokens of the day. */
  readonly spent: string;
  /** The answer when all users of the bot together have taken all tokens of the day. */
  readonly closed: string;
  /** The answer when the model failed. */
  readonly failed: string;
  /** The answer when the model has too much to do. */
  readonly rateLimited: string;
  /** The answer when the model said nothing in all its time. */
  readonly timeout: string;
  /** The answer when what was said is more than the model takes. */
  readonly tooLong: string;
  /** The answer when the model, or what guards it, refuses to answer. */
  readonly refused: string;
  /** The answer when the model came to its end without a word. */
  readonly empty: string;
  /** The words after an answer that was cut off. */
  readonly cut: string;
  /** The label of the quick reply that asks again then; KakaoTalk shows 14 characters. */
  readonly again: string;
}

const DEFAULT_TEXTS: ConversationTexts = {
  slow: '답을 생각하고 있어요. 잠시만 기다려 주세요.',
  busy: '앞 질문에 답하고 있어요.',
  spent: '오늘은 질문을 다 쓰셨어요. 내일 다시 물어봐 주세요.',
  closed: '오늘은 질문이 많아 더 답하지 못해요. 내일 다시 물어봐 주세요.',
  failed: '죄송해요, 답을 만들지 못했어요. 잠시 뒤에 다시 물어봐 주세요.',
  rateLimited: '지금은 질문이 몰리고 있어요. 잠시 뒤에 다시 물어봐 주세요.',
  timeout: '죄송해요, 답이 너무 오래 걸렸어요. 다시 물어봐 주세요.',
  tooLong: '이야기가 너무 길어요. 짧게 다시 물어봐 주세요.',
  refused: '죄송해요, 그 말씀에는 답해 드릴 수 없어요.',
  empty: '드릴 답이 떠오르지 않았어요. 다르게 물어봐 주세요.',
  cut: '(답이 여기서 끊겼어요.)',
  again: '다시 물어보기',
};

/**
 * All the words, the author's in place of the defaults.
 * @throws ConfigurationError when one of the author's shows nothing
 */
export function conversationTexts(own: Partial<ConversationTexts> = {}): ConversationTexts {
  for (const [name, words] of Object.entries(own))
    if (isBlank(words))
      throw new ConfigurationError(`conversation: texts.${name} is blank: give it words, or leave it out`);
  return { ...DEFAULT_TEXTS, ...own };
}
