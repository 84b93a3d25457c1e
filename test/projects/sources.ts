/** A bot in a file of its own, in TypeScript that Node runs as it is. */
export const BOT = `import { Bot, reply, secretText, type Turn } from 'kakao-gateway/bot';

interface Cart {
  cups: number;
}

export const bot = new Bot<Cart>({ session: () => ({ cups: 0 }) });

bot.hears('메뉴', () => reply('아메리카노와 라떼가 있어요.', ['담기']));
bot.hears('담기', (turn: Turn<Cart>) => {
  turn.session.cups += 1;
  return \`모두 \${turn.session.cups}잔을 담았어요.\`;
});
bot.hears('쿠폰', async () => \`쿠폰은 \${await secretText('coupon')}예요.\`);
bot.fallback(() => '메뉴라고 말해 보세요.');
`;

/** The same bot without types, for a project of CommonJS. */
export const BOT_IN_COMMONJS = `const { Bot, reply, secretText } = require('kakao-gateway/bot');

const bot = new Bot({ session: () => ({ cups: 0 }) });

bot.hears('메뉴', () => reply('아메리카노와 라떼가 있어요.', ['담기']));
bot.hears('담기', turn => {
  turn.session.cups += 1;
  return \`모두 \${turn.session.cups}잔을 담았어요.\`;
});
bot.hears('쿠폰', async () => \`쿠폰은 \${await secretText('coupon')}예요.\`);
bot.fallback(() => '메뉴라고 말해 보세요.');

exports.bot = bot;
`;

/** Words of that bot: they are in a bundle that holds it. */
export const WORDS = '아메리카노와 라떼가 있어요.';

/** Words of `lambda/errors.ts`, which the door and the handlers share: a bundle holds them once for each form of it. */
export const SHARED_WORDS = 'did not finish before the deadline';

/** A test of that bot, in TypeScript. @param imports the lines that bring `test`, `expect`, `openChat` and `bot` */
export const chatTest = (...imports: readonly string[]): string => `${imports.join('\n')}

for (const protocol of ['open-builder', 'smart-chat'] as const) {
  test(\`\${protocol} shows the menu and fills the cart\`, async () => {
    const chat = openChat(bot, protocol);
    expect((await chat.says('메뉴')).words).toContain('아메리카노와 라떼가 있어요.');
    expect((await chat.taps('담기')).words).toContain('모두 1잔');
    expect((await chat.says('담기')).words).toContain('모두 2잔');
    process.env.SECRET_TEXT_COUPON = 'SPRING';
    expect((await chat.says('쿠폰')).words).toContain('SPRING');
  });
}
`;

/** A stack with that bot, and the stack that keeps its sessions. @param scenario the line of that prop */
export const stack = (name: string, scenario: string): string => `import * as cdk from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { KakaoGateway, SessionStack } from 'kakao-gateway';

export class ${name} extends cdk.Stack {
  readonly gateway: KakaoGateway;

  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const { table } = new SessionStack(scope, \`\${id}Sessions\`);
    this.gateway = new KakaoGateway(this, 'Gateway', {
      sessionsTable: table,
      ${scenario}
    });
  }
}
`;

/** An app of one file. @param scenario the member of the props, if any */
export const app = (imports: readonly string[], scenario: string): string => `${imports.join('\n')}

const app = new App({ outdir: process.argv[2] });
const { table } = new SessionStack(app, 'Sessions');
new KakaoGateway(new Stack(app, 'Bot'), 'Gateway', { sessionsTable: table, ${scenario} });
app.synth();
`;
