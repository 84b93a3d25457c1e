#!/usr/bin/env node
import { runKakaoGateway, type Subcommand } from '../tools/kakao-gateway/command.ts';
import { runningPackage } from '../tools/kakao-gateway/running-package.ts';

const running = runningPackage();

/** Each loads what it needs itself: `new` is there at once. */
const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  new: {
    says: { en: 'makes a repository for a bot of your own', ko: '여러분의 봇을 위한 저장소를 만듭니다' },
    run: async args => (await import('../tools/new/command.ts')).runNew(args, process.env, running),
  },
  dev: {
    says: {
      en: 'runs a bot on this machine, and again at each save',
      ko: '이 컴퓨터에서 봇을 실행하고, 저장할 때마다 다시 시작합니다',
    },
    run: async args => (await import('../dev/watch-gateway.ts')).runDev(args),
  },
  check: {
    says: {
      en: 'says what is wrong with a bot, and with its types',
      ko: '봇과 타입에서 잘못된 것을 알려 줍니다',
    },
    run: async args => (await import('../dev/check.ts')).runCheck(args),
  },
  deploy: {
    says: {
      en: 'deploys a bot to AWS, and says first what that takes away',
      ko: '봇을 AWS에 배포하고, 없어질 것이 있으면 먼저 말합니다',
    },
    run: async args => {
      const [{ runDeploy }, { runCdk }] = await Promise.all([
        import('../tools/deploy/command.ts'),
        import('../tools/deploy/cdk.ts'),
      ]);
      return runDeploy(args, { environment: process.env, stdin: process.stdin, cdk: runCdk });
    },
  },
  doctor: {
    says: {
      en: "does what Kakao's consoles do with a gateway, before a person does",
      ko: '카카오의 관리자센터가 하는 일을 게이트웨이에 미리 해 봅니다',
    },
    run: async args => {
      const { runDoctor } = await import('../tools/doctor/command.ts');
      const hasColours = process.stdout.isTTY === true && !process.env.NO_COLOR;
      const calledAs = callOf('doctor');
      return runDoctor(args, { environment: process.env, stdin: process.stdin, hasColours, calledAs });
    },
  },
  play: {
    says: {
      en: 'plays scripted conversations with a bot, as Kakao would',
      ko: '적어 둔 대화를 카카오처럼 봇과 나눕니다',
    },
    run: async args => (await import('../tools/play/command.ts')).runPlay(args, process.env),
  },
  secret: {
    says: {
      en: "tells where a gateway's secret is, shows it, rotates it",
      ko: '게이트웨이의 시크릿이 어디에 있는지 알려 주고, 보여 주고, 교체합니다',
    },
    run: async args => (await import('../tools/secret/of-aws.ts')).runSecretOfAws(args, callOf('secret')),
  },
  event: {
    says: {
      en: "has the bot write to users first, by an event of Kakao's Event API",
      ko: '카카오 이벤트 API로 봇이 사용자에게 먼저 말을 겁니다',
    },
    run: async args => {
      const { runEvent } = await import('../tools/event/command.ts');
      return runEvent(args, { environment: process.env, stdin: process.stdin, calledAs: callOf('event') });
    },
  },
  trace: {
    says: {
      en: 'finds the turn of a complaint in the log, and where in the sources an error was made',
      ko: '불만이 온 턴을 로그에서 찾고, 오류가 소스의 어디에서 났는지 알려 줍니다',
    },
    run: async args => {
      const { runTrace } = await import('../tools/trace/command.ts');
      return runTrace(args, { environment: process.env, stdin: process.stdin });
    },
  },
  user: {
    says: {
      en: 'shows all that is kept of a user, or erases it',
      ko: '한 사용자에 대해 보관하는 모든 것을 보여 주거나 지웁니다',
    },
    run: async args => {
      const { runUser } = await import('../tools/user/command.ts');
      const { clientsIn } = await import('../tools/sessions-table/clients.ts');
      const { env: environment, stdin } = process;
      return runUser(args, {
        environment,
        stdin,
        clients: region => clientsIn(region),
        calledAs: callOf('user'),
      });
    },
  },
  restore: {
    says: {
      en: "brings the users' sessions of a past time back, in a new table",
      ko: '지난 시각의 사용자 세션을 새 테이블로 되살립니다',
    },
    run: async args => {
      const { runRestore } = await import('../tools/restore/command.ts');
      const { clientsIn } = await import('../tools/sessions-table/clients.ts');
      const { env: environment, stdin } = process;
      return runRestore(args, {
        environment,
        stdin,
        clients: region => clientsIn(region),
        calledAs: callOf('restore'),
      });
    },
  },
};

/** The words by which a subcommand was called, where it is not by an npm script of its name. */
function callOf(name: string): string {
  return process.env.npm_lifecycle_event === name ? `npm run -s ${name} --` : `npx kakao-gateway ${name}`;
}

// A reader that has seen enough (head) is no failure of ours.
process.stdout.on('error', () => process.exit());

process.exitCode = await runKakaoGateway(SUBCOMMANDS, process.argv.slice(2), {
  environment: process.env,
  version: running.version,
});
