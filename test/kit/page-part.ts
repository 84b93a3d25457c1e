import { join } from 'node:path';
import { build } from 'esbuild';
import { SmallDocument, type SmallNode } from './small-dom.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Draws a part of the desk's page by its name and props. */
export type DrawPart = (part: string, props: object) => SmallNode;

/** Parts of the page as esbuild bundles them, each drawn into a small document of its own. */
export async function partsOfPage(files: readonly string[]): Promise<DrawPart> {
  const { outputFiles } = await build({
    stdin: {
      contents: [
        "export { h, render } from 'preact';",
        ...files.map(file => `export * from './dev/desk/page/${file}';`),
      ].join('\n'),
      resolveDir: ROOT,
    },
    bundle: true,
    write: false,
    format: 'cjs',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfigRaw: '{}',
  });
  const document = new SmallDocument();
  const exported = exportsOf(outputFiles[0]?.text ?? '', document);
  return (part, props) => {
    const room = document.createElement('main');
    exported.render(exported.h(exported[part], props), room);
    return room;
  };
}

interface Exported {
  readonly h: (part: unknown, props: object) => object;
  readonly render: (node: object, into: SmallNode) => void;
  readonly [part: string]: unknown;
}

function exportsOf(code: string, document: SmallDocument): Exported {
  const module = { exports: {} };
  new Function('module', 'exports', 'document', 'location', code)(module, module.exports, document, {
    origin: 'http://127.0.0.1:3000',
  });
  return module.exports as Exported;
}
