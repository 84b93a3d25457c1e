/**
 * Stands in for `node:process` in a deployed bundle, which as an ES module opens all three standard streams when it is
 * imported: the SDK asks it for these two, to tell AWS which Node it runs on.
 */
export const { env, versions } = process;
