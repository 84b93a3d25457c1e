const { default: Sequencer } = require('@jest/test-sequencer');

/** The files that take longest, the longest first; those of the slow suites too. */
const LONGEST = [
  'lib/cdk',
  'gateway/late-turns',
  'model/late-turns',
  'tools/doctor',
  'handlers/bundles',
  'dev/npm-start',
  'turn/settle',
  'gateway/lasting-failures',
  'aws/dynamo-session-store',
  'handlers/warm-up',
  'aws/secret-texts',
  'gateway/long-answers',
  'tools/user',
  'bench/measured',
  'dev/desk/npm-start',
  'gateway/protocols',
  'bot/door',
  'gateway/turn-log',
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
