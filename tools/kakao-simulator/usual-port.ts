/** Where Kakao is played on this machine unless it is taken: the gateway of `npm start` lets callbacks go there. */
export const USUAL_PORT = 3999;
