import { Bot, groupReply, type RoomSession, roomSession } from '../../lambda/bot/index.ts';

// The code of docs/group-rooms.md.

const lunch = roomSession({
  name: 'lunch',
  initial: (): Record<string, string> => ({}),
});

export const bot = new Bot()
  .hears(/^(김밥|국수|덮밥)$/, async (turn, [menu]) => {
    const chosen = await lunch.change(turn, state => {
      state[turn.user.botUserKey ?? ''] = menu;
    });
    return `${Object.keys(chosen).length}명이 골랐어요.`;
  })
  .hears('결과', async turn => {
    const chosen = Object.values(await lunch.read(turn));
    return ['김밥', '국수', '덮밥']
      .map(menu => `${menu} ${chosen.filter(one => one === menu).length}명`)
      .join('\n');
  })
  .hears('점심 끝', async turn => {
    await lunch.change(turn, () => ({}));
    return '다음에 또 물어볼게요.';
  });

bot.hears('누가 골랐어', turn => {
  const [asked] = turn.params.mention('누구');
  if (turn.group === undefined || asked?.botUserKey === undefined)
    return '방에서 누군가를 부르며 물어봐 주세요.';
  return groupReply(
    ['{{#mentions.asked}} 님에게 물어볼게요.'],
    [{ name: 'asked', botUserKey: asked.botUserKey }],
  );
});

bot.notices(({ kind, group, user, params }) => {
  if (kind === 'group-entered') console.log(group?.key, user?.botUserKey, params?.referer);
});

export const typed: RoomSession<Record<string, string>> = lunch;

new Bot().fallback(async turn => {
  const counted = roomSession({ name: 'count', initial: () => ({ n: 0 }) });
  // @ts-expect-error a number is no state of it
  await counted.change(turn, state => state.n++);
  // @ts-expect-error a change can't wait
  await counted.change(turn, async state => {
    state.n++;
  });
  // @ts-expect-error it is no member of it
  (await counted.read(turn)).m;
  return String((await counted.change(turn, state => ({ n: state.n + 1 }))).n);
});

export const wrong = (): void => {
  // @ts-expect-error a room session has a name
  roomSession({ initial: () => 0 });
  // @ts-expect-error a migration makes a state of the room session's own
  roomSession<number>({ name: 'n', initial: () => 0, version: 2, migrate: () => 'none' });
};
