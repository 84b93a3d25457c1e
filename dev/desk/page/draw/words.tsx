import type { VNode } from 'preact';
import { useDrawing } from './drawing.ts';
import type { MarkdownBlock, Piece } from './pieces.ts';

/** Pieces of a text, links among them: always text, never HTML. */
export function Pieces({ pieces }: { readonly pieces: readonly Piece[] }): VNode {
  // Pieces of a text never change places.
  return (
    <>
      {pieces.map((piece, at) => (
        <OnePiece key={`${at}`} piece={piece} />
      ))}
    </>
  );
}

function OnePiece({ piece }: { readonly piece: Piece }): VNode {
  switch (piece.kind) {
    case 'words':
      return <>{piece.text}</>;
    case 'link':
      return <WebLink url={piece.url}>{piece.text}</WebLink>;
    case 'mention':
      return <Mentioned name={piece.name} />;
    case 'code':
      return <code>{piece.text}</code>;
    case 'strong':
      return (
        <strong>
          <Pieces pieces={piece.pieces} />
        </strong>
      );
    case 'emphasis':
      return (
        <em>
          <Pieces pieces={piece.pieces} />
        </em>
      );
    case 'struck':
      return (
        <s>
          <Pieces pieces={piece.pieces} />
        </s>
      );
  }
}

function Mentioned({ name }: { readonly name: string }): VNode {
  const { memberOf } = useDrawing();
  return <span class="mention">@{memberOf(name)}</span>;
}

/** A link that a bot may have made: it opens a window of its own that knows nothing of the page. */
export function WebLink(props: {
  readonly url: string;
  readonly class?: string;
  readonly label?: string;
  readonly onOpen?: (() => void) | undefined;
  readonly children: preact.ComponentChildren;
}): VNode {
  return (
    <a
      class={props.class}
      href={props.url}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={props.label}
      onClick={props.onOpen}
    >
      {props.children}
    </a>
  );
}

/** A group room's text in Markdown. */
export function MarkdownText({ blocks }: { readonly blocks: readonly MarkdownBlock[] }): VNode {
  return (
    <>
      {blocks.map((block, at) => (
        <div key={`${at}`} class={`markdown-${block.kind}`}>
          {block.lead === undefined ? null : <span class="lead">{block.lead}</span>}
          <span>
            <Pieces pieces={block.pieces} />
          </span>
        </div>
      ))}
    </>
  );
}
