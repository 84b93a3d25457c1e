import { CALLBACK_ORIGINS, readOrigins } from '../aws/environment.ts';
import { KAKAO_CALLBACK_ORIGIN } from '../open-builder/callback-url.ts';

/** The origins to which late answers may be delivered: Kakao's, unless the environment names others. */
export const callbackOrigins = readOrigins(CALLBACK_ORIGINS, [KAKAO_CALLBACK_ORIGIN]);
