import type { Loader } from 'esbuild';
import type { BundlingSettings } from './bundling-settings.ts';
import { inJson, type Key } from './context-key.ts';

/** The loaders of esbuild. */
const LOADERS_THERE_ARE: Readonly<Record<Loader, true>> = {
  base64: true,
  binary: true,
  copy: true,
  css: true,
  dataurl: true,
  default: true,
  empty: true,
  file: true,
  js: true,
  json: true,
  jsx: true,
  'local-css': true,
  text: true,
  ts: true,
  tsx: true,
};

/** The form of each part of `bundling` that JSON can have: its hooks are code. */
const PARTS: Readonly<Record<Exclude<keyof BundlingSettings, 'commandHooks'>, (value: unknown) => boolean>> =
  {
    externalModules: isListOfTexts,
    nodeModules: isListOfTexts,
    loader: value =>
      isTexts(value) &&
      Object.entries(value).every(
        ([ending, kind]) => ending.startsWith('.') && Object.hasOwn(LOADERS_THERE_ARE, kind),
      ),
    define: isTexts,
    minify: isYesOrNo,
    keepNames: isYesOrNo,
    banner: value => typeof value === 'string',
  };

/** The setting of how code is bundled. */
export const bundling: Key<BundlingSettings> = {
  read: value => {
    const settings = inJson(value);
    return isBundling(settings) ? settings : undefined;
  },
  must: 'of some of these: nodeModules and externalModules, lists of packages; loader and define, texts by name; minify and keepNames, true or false; banner, a text',
  example: { nodeModules: ['sharp'] },
};

function isBundling(value: unknown): value is BundlingSettings {
  const parts: Readonly<Record<string, (value: unknown) => boolean>> = PARTS;
  return (
    isObject(value) &&
    Object.entries(value).every(([name, part]) => Object.hasOwn(parts, name) && parts[name]?.(part))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every(one => typeof one === 'string');
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(one => typeof one === 'string' && one !== '');
}

function isYesOrNo(value: unknown): boolean {
  return typeof value === 'boolean';
}
