/** The packages of a new bot beside kakao-gateway, each as this release is tested with it. */
export const VERSIONS = {
  '@jest/globals': '30.5.2',
  '@swc/core': '1.16.18',
  '@swc/jest': '0.2.39',
  '@types/node': '24.19.2',
  'aws-cdk': '2.1148.1',
  'aws-cdk-lib': '2.276.0',
  constructs: '10.8.1',
  jest: '30.5.2',
  tsx: '4.23.15',
  typescript: '7.0.2',
} as const;

/** Those of them that the app itself imports; the others are its tools. */
export const IMPORTED: readonly string[] = ['aws-cdk-lib', 'constructs'];

/** Versions of what those packages need, where the newest can't be installed everywhere. */
export const OVERRIDES = { 'unrs-resolver': '1.12.2' } as const;
