/** Counts the tokens of a text. */
export type CountTokens = (text: string) => number;

/**
 * An estimate on the large side: three tokens for five bytes of UTF-8, so nearly two for a syllable of Hangul. Measured on
 * Korean prose, o200k_base takes 0.25 to 0.45 tokens for a byte, cl100k_base 0.3 to 0.6, Claude 2's 0.35 to 0.57.
 */
export const estimateTokens: CountTokens = text => Math.ceil(Buffer.byteLength(text) * 0.6);

/** The tokens that models take for a message beside its words. */
export const MESSAGE_TOKENS = 4;
