const { TestEnvironment } = require('jest-environment-node');

/** The mutant that a test has caught; jest keeps this module from one file to the next. */
let caught;

/** Leaves out the tests that follow a failed one: a mutant that breaks much would have each of them wait in vain. */
module.exports = class FailFastEnvironment extends TestEnvironment {
  async handleTestEvent(circusEvent) {
    const mutant = this.global.__stryker__?.activeMutant;
    if (mutant === undefined) return;
    if (circusEvent.name === 'test_done' && circusEvent.test.errors.length > 0) caught = mutant;
    if (circusEvent.name === 'test_start' && caught === mutant) circusEvent.test.mode = 'skip';
  }
};
