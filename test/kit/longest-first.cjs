const { default: Sequencer } = require('@jest/test-sequencer');

/** The files that take longest, the longest first; those of the slow suites too. */
const LONGEST = [
  'lib/cdk.integration',
  'gateway/late-turns',
  'handlers/bundles.integration',
  'dev/npm-start.integration',
  'tools/doctor.integration',
  'bot/relay/smart-chat-late',
  'releases/corpus',
  'model/late-turns',
  'gateway/lasting-failures',
  'tools/user',
  'aws/secret-texts',
  'llm/log-privacy',
  'turn/settle',
  'handlers/warm-up.integration',
  'llm/judge/limits',
  'bot/relay/remote-bot',
  'gateway/protocols',
  'aws/dynamo-session-store',
  'llm/judge/stories',
  'gateway/long-answers',
  'gateway/turn-log',
  'tools/play/export',
  'bot/relay/remote-bot-late',
  'gateway/tell-bus',
  'dev/env-file.integration',
  'dev/check.integration',
  'lib/install-modules.integration',
  'bench/measured.integration',
  'deploy/deploy.integration',
  'bench/load.integration',
  'dev/desk/npm-start.integration',
  'gateway/faults.slow',
  'dev/sessions-file.slow',
];

const placeOf = ({ path }) => {
  const place = LONGEST.findIndex(name => path.endsWith(`/test/${name}.test.ts`));
  return place < 0 ? LONGEST.length : place;
};

/** On a fresh clone jest goes by the size of files: one that takes long and is small would be waited for at the end. */
module.exports = class LongestFirst extends Sequencer {
  static LONGEST = LONGEST;

  sort(tests) {
    return super.sort(tests).sort((one, other) => placeOf(one) - placeOf(other));
  }
};
