import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { PAGE_BUILD, PAGE_ENTRY, PAGE_NAME } from './page-build.ts';

/** A file of the page, as it is sent. */
export interface PageFile {
  readonly type: string;
  /** By the encoding that the browser takes; `identity` is the file itself. */
  readonly encoded: Readonly<Record<Encoding, Buffer>>;
}

/** How a file may be sent. */
export type Encoding = 'br' | 'gzip' | 'identity';

/** The page's files by their names. */
export type PageFiles = Readonly<Record<'page' | 'page.js' | 'page.css', PageFile>>;

const HTML = `<!doctype html>
<html lang="ko">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Kakao gateway</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/desk/${PAGE_NAME}.css">
<script type="module" src="/desk/${PAGE_NAME}.js"></script>
</head>
<body></body>
</html>
`;

/**
 * The page: as it was built, or made of its sources when it is first asked for.
 * @param folder of the page
 */
export function pageFiles(folder: string): () => Promise<PageFiles> {
  let made: Promise<PageFiles> | undefined;
  return () => {
    made ??= make(folder);
    // What can't be made may be mended meanwhile.
    made.catch(() => {
      made = undefined;
    });
    return made;
  };
}

async function make(folder: string): Promise<PageFiles> {
  const { script, style } = existsSync(join(folder, `${PAGE_NAME}.js`))
    ? await built(folder)
    : await bundled(folder);
  return {
    page: await fileOf('text/html; charset=utf-8', Buffer.from(HTML)),
    'page.js': await fileOf('text/javascript; charset=utf-8', script),
    'page.css': await fileOf('text/css; charset=utf-8', style),
  };
}

interface Sources {
  readonly script: Uint8Array;
  readonly style: Uint8Array;
}

async function built(folder: string): Promise<Sources> {
  const [script, style] = await Promise.all(
    ['js', 'css'].map(ending => readFile(join(folder, `${PAGE_NAME}.${ending}`))),
  );
  return { script: script ?? NOTHING, style: style ?? NOTHING };
}

async function bundled(folder: string): Promise<Sources> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    ...PAGE_BUILD,
    entryPoints: [join(folder, PAGE_ENTRY)],
    outfile: `${PAGE_NAME}.js`,
    absWorkingDir: folder,
    write: false,
  });
  const ending = (end: string): Uint8Array =>
    outputFiles.find(({ path }) => path.endsWith(end))?.contents ?? NOTHING;
  return { script: ending('.js'), style: ending('.css') };
}

const NOTHING = new Uint8Array();

async function fileOf(type: string, bytes: Uint8Array): Promise<PageFile> {
  const [br, zipped] = await Promise.all([
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    promisify(gzip)(bytes, { level: 9 }),
  ]);
  return { type, encoded: { br, gzip: zipped, identity: Buffer.from(bytes) } };
}

/** The best encoding that a request takes. @param accepted its Accept-Encoding */
export function encodingFor(accepted: string | undefined): Encoding {
  const taken = (accepted ?? '').split(',').flatMap(part => {
    const [name = '', ...parameters] = part.split(';').map(one => one.trim().toLowerCase());
    const weight = parameters.find(one => one.startsWith('q='))?.slice('q='.length) ?? 1;
    return Number(weight) > 0 ? [name] : [];
  });
  return (['br', 'gzip'] as const).find(encoding => taken.includes(encoding)) ?? 'identity';
}
