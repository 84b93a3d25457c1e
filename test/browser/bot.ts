import { Bot, invalid, reply, valid } from '../../lambda/bot/index.ts';

/** A bot that tells what Kakao told it: for the controls of the desk whose work the café shows nothing of. */
export const bot = new Bot<{ said: number }>({ session: () => ({ said: 0 }) })
  .welcome(() => '들어오셨네요.')
  .hears('누구', ({ user, channel, tester, group }) =>
    [
      `친구 ${user.isFriend ? '예' : '아니요'}`,
      `연결 ${user.appUserId ? '예' : '아니요'}`,
      `채널 ${channel}`,
      `시험 ${tester ?? '없음'}`,
      `방 ${group ? '단체' : '둘'}`,
    ].join(', '),
  )
  .hears('세기', turn => {
    turn.session.said += 1;
    return `${turn.session.said}번째예요.`;
  })
  .hears('고르기', () => reply('무엇을 할까요?', ['누구', '세기']))
  .hears('느린 일', () => '다 됐어요.', { slow: '하고 있어요.' })
  .hears('더 느린 일', () => new Promise(resolve => setTimeout(resolve, 2_000, '드디어 됐어요.')), {
    slow: '하고 있어요.',
  })
  .hears('던져', () => {
    throw new TypeError('thrown by the bot');
  })
  .hears('긴 글', () => `${'가나다라마바사아자차'.repeat(60)}끝`)
  .block('주문하기', ({ params }) => `${params.text('음료')} ${params.number('잔')?.amount}잔`)
  .block('회원 인증', async turn => {
    const asked = await turn.askProfile('프로필');
    return asked.ok ? `${asked.profile.nickname}님, 반가워요.` : `프로필 없음: ${asked.reason}`;
  })
  .block('가까운 매장', async turn => {
    const asked = await turn.askLocation('위치');
    return asked.ok ? `위치 ${asked.location.latitude}` : `위치 없음: ${asked.reason}`;
  })
  .block('사진 접수', ({ params }) => `보안 사진 ${params.images('사진')?.urls.length ?? 0}장`)
  .media('photo', () => '사진을 받았어요.')
  .validates('전화번호', phone =>
    /^010\d{8}$/.test(phone) ? valid() : invalid('전화번호를 다시 알려 주세요.'),
  )
  .fallback(({ text, eventParams }) => `못 알아들었어요: ${text} ${JSON.stringify(eventParams)}`);
