/**
 * Milliseconds from API Gateway's receipt to our answer.
 * Kakao waits five seconds and counts the network too, and a cold start spends the same five seconds.
 */
export const ANSWER_WITHIN_MS = 4_300;

/**
 * Milliseconds from API Gateway's receipt to a verdict. Kakao documents no allowance, and asks the user again where
 * a cold start of a second was too long for it.
 */
export const VALIDATE_WITHIN_MS = 2_000;
