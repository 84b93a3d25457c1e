const { default: Sequencer } = require('@jest/test-sequencer');

/** On a fresh clone jest goes by the size of files: one that takes long and is small would be waited for at the end. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const takesLong = ({ path }) =>
      /test\/(?:lib\/cdk|tools\/doctor|gateway\/late-turns|gateway\/faults|dev\/npm-start|dev\/sessions-file)\./.test(
        path,
      );
    return super.sort(tests).sort((one, other) => Number(takesLong(other)) - Number(takesLong(one)));
  }
};
