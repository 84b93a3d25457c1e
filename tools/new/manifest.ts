import { IMPORTED, OVERRIDES, VERSIONS } from './versions.ts';

/** The package.json of a new bot. @param gateway what npm is to install as kakao-gateway */
export function manifestOf(name: string, gateway: string): object {
  const isImported = ([dependency]: readonly [string, string]): boolean => IMPORTED.includes(dependency);
  const all = Object.entries(VERSIONS);
  return {
    name,
    version: '0.1.0',
    private: true,
    type: 'module',
    scripts: {
      dev: 'kakao-gateway dev',
      start: 'kakao-gateway dev',
      check: 'kakao-gateway check',
      test: 'node --experimental-vm-modules --disable-warning=ExperimentalWarning node_modules/jest/bin/jest.js',
      synth: 'cdk synth -q',
      deploy: 'kakao-gateway deploy',
      doctor: 'kakao-gateway doctor',
      secret: 'kakao-gateway secret',
    },
    jest: {
      extensionsToTreatAsEsm: ['.ts'],
      transform: {
        '\\.ts$': [
          '@swc/jest',
          { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
        ],
      },
    },
    dependencies: sorted([['kakao-gateway', gateway], ...all.filter(isImported)]),
    devDependencies: sorted(all.filter(one => !isImported(one))),
    overrides: OVERRIDES,
  };
}

function sorted(versions: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  return Object.fromEntries([...versions].sort(([one], [other]) => (one < other ? -1 : 1)));
}
