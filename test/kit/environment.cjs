const { AsyncLocalStorage } = require('node:async_hooks');
const { TestEnvironment } = require('jest-environment-node');

/** The storages that the file at work has run something in. */
const inUse = new Set();

const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...given) {
  inUse.add(this);
  return run.apply(this, given);
};

/**
 * Where each file's tests run. A worker keeps the modules of every file it ran, and Node before 24 carries each storage of
 * theirs over to every promise from then on: the last files' promises would pay for a hundred storages nobody reads.
 */
module.exports = class extends TestEnvironment {
  async teardown() {
    await super.teardown();
    for (const storage of inUse) storage.disable();
    inUse.clear();
  }
};
