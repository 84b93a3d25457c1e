// 배포되는 봇입니다. 여러분의 봇을 `scenarios/`에 두고 여기에서 이름을 부르거나, 이 파일에 바로 쓰세요.
// The bot that is deployed: put your own beside the café and name it here, or write it right here.
export { bot } from './scenarios/cafe.ts';
